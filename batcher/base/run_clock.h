#pragma once

#include <chrono>

#include "batcher/base/time.h"

namespace batcher {

// The one reader of the machine's clock. Drivers of the real world hold it; code that decides is
// told the time. Instants are counted from the construction. A value; copies share the start.
// Thread-safe.
class RunClock {
 public:
  RunClock() : start_(SteadyNow()) {}

  [[nodiscard]] Instant Now() const { return FromSteady(SteadyNow()); }

  // For code that has no run, such as a wait with an end.
  [[nodiscard]] static std::chrono::steady_clock::time_point SteadyNow() {
    return std::chrono::steady_clock::now();
  }

  // `limit` from now; the last moment there is, if that would be later.
  [[nodiscard]] static std::chrono::steady_clock::time_point SteadyAfter(
      std::chrono::nanoseconds limit) {
    constexpr auto kLast = std::chrono::steady_clock::time_point::max();
    const auto now = SteadyNow();
    return limit < kLast - now ? now + limit : kLast;
  }

  [[nodiscard]] Instant FromSteady(std::chrono::steady_clock::time_point t) const {
    return Instant(std::chrono::duration_cast<Duration>(t - start_));
  }
  [[nodiscard]] std::chrono::steady_clock::time_point ToSteady(Instant t) const {
    return start_ +
           std::chrono::duration_cast<std::chrono::steady_clock::duration>(t.time_since_epoch());
  }

 private:
  std::chrono::steady_clock::time_point start_;
};

}  // namespace batcher
