#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "batcher/base/time.h"

namespace batcher {

// Sleeps, the earliest first; at equal times in the order in which they were set. A value.
class Timers {
 public:
  struct Timer {
    Instant at;
    std::uint64_t order = 0;  // unique; who was set earlier has the lower one
    std::uint32_t slot = 0;
  };

  // Answers the timer's order.
  std::uint64_t Set(Instant at, std::uint32_t slot) {
    heap_.push_back({.at = at, .order = next_order_, .slot = slot});
    std::push_heap(heap_.begin(), heap_.end(), Later);
    return next_order_++;
  }

  // kNever: there is none.
  [[nodiscard]] Instant next_at() const { return heap_.empty() ? kNever : heap_.front().at; }

  // The next timer that is due by `now`, which is removed.
  [[nodiscard]] std::optional<Timer> Take(Instant now) {
    if (heap_.empty() || heap_.front().at > now) {
      return std::nullopt;
    }
    std::pop_heap(heap_.begin(), heap_.end(), Later);
    const Timer timer = heap_.back();
    heap_.pop_back();
    return timer;
  }

 private:
  static bool Later(const Timer& a, const Timer& b) {
    return a.at != b.at ? a.at > b.at : a.order > b.order;
  }

  std::vector<Timer> heap_;
  std::uint64_t next_order_ = 1;
};

}  // namespace batcher
