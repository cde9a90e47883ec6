#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "batcher/base/time.h"
#include "results/lib/histogram.h"

namespace results {

// The minute whose p99 of latency is the worst, beside the p99 of the whole run: a p99 over hours
// can hide a minute in which everybody waited. Minutes are counted from the start of the run, and a
// call belongs to the minute in which the schedule wanted it.
//
// The calls must come roughly in the order of their intended times. The last four minutes
// are open; a call for one before them counts in overlooked() only. So the memory is
// that of four histograms, however many calls there are. A value; not thread-safe.
class WorstMinute {
 public:
  // With fewer calls a minute has no p99 worth the name: it would be the largest value.
  static constexpr std::uint64_t kFewestCalls = 100;

  struct Minute {
    batcher::Instant from{};
    std::uint64_t calls = 0;
    batcher::Duration p99{0};  // within 0.05 %, as in histogram.h
  };

  // REQUIRES: intended >= 0, latency >= 0.
  void Add(batcher::Instant intended, batcher::Duration latency);

  // The worst among the minutes of at least kFewestCalls calls, the open ones among them; of equals
  // the first. None if there is no such minute.
  [[nodiscard]] std::optional<Minute> Worst() const;
  // Calls that came too late to count in their minute. A reader should be told unless it is 0.
  [[nodiscard]] std::uint64_t overlooked() const { return overlooked_; }

 private:
  static constexpr std::int64_t kOpenMinutes = 4;

  // The minute `number` is over: puts it in the place of `worst` if it is worse.
  void Compare(std::int64_t number, std::optional<Minute>& worst) const;

  std::array<Histogram, kOpenMinutes> open_;  // A minute is at its number modulo kOpenMinutes.
  std::int64_t first_open_ = 0;               // Minutes below it are closed.
  std::optional<Minute> worst_;               // Of the closed ones.
  std::uint64_t overlooked_ = 0;
};

}  // namespace results
