#pragma once

#include <algorithm>
#include <cstddef>

#include "batcher/base/time.h"

namespace batcher {

// When each of many deliveries, one right after the other, ended. Reading the clock costs as much
// as a few of them, so a stamp may be that of an earlier one: at most `tolerance` earlier while
// they go on at the pace at which they went until now. 0: the clock is read for each.
class DeliveryStamps {
 public:
  explicit DeliveryStamps(Duration tolerance) : tolerance_(tolerance) {}

  // To be called before the first of several deliveries.
  void Restart() {
    stride_ = 1;
    left_ = 0;
  }

  // That of a delivery that has just ended.
  template <class Clock>
  [[nodiscard]] Instant Next(const Clock& clock) {
    if (left_ == 0) {
      Read(clock.Now());
    }
    --left_;
    return stamp_;
  }

 private:
  void Read(Instant now) {
    constexpr std::size_t kMostStride = 64;
    const Duration took = now - stamp_;
    if (2 * took <= tolerance_ && took > Duration(0)) {
      stride_ = std::min(2 * stride_, kMostStride);
    } else if (took > tolerance_) {
      stride_ = 1;
    }
    stamp_ = now;
    left_ = stride_;
  }

  const Duration tolerance_;
  Instant stamp_;
  std::size_t stride_ = 1;  // Deliveries to one reading.
  std::size_t left_ = 0;    // Of these, still to come.
};

}  // namespace batcher
