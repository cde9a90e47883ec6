#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "batcher/base/time.h"
#include "batcher/core/queue.h"

namespace batcher {

// Calls with deadlines, the earliest first. Whoever asks says which calls still count; the others
// are forgotten as they are met. A value.
class Deadlines {
 public:
  struct Deadline {
    Instant at;
    CallId call = kNoCall;
  };

  void Add(Instant at, CallId call) {
    heap_.push_back({.at = at, .call = call});
    std::push_heap(heap_.begin(), heap_.end(), Later);
  }

  // Of those that were added and not forgotten, whether they count or not.
  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] std::size_t size() const { return heap_.size(); }

  // Forgets the calls in front that do not count, and, when they are the most, all others of their
  // kind, so that memory is bounded by the calls that do.
  template <class Counts>
  void Forget(Counts counts) {
    while (!heap_.empty() && !counts(heap_.front().call)) {
      Pop();
    }
    if (heap_.size() >= compact_at_) {
      std::erase_if(heap_, [&](const Deadline& one) { return !counts(one.call); });
      std::make_heap(heap_.begin(), heap_.end(), Later);
      compact_at_ = std::max(kLeastCompacted, 2 * heap_.size());
    }
  }

  // REQUIRES of both: !empty().
  [[nodiscard]] const Deadline& front() const { return heap_.front(); }
  void Pop() {
    std::pop_heap(heap_.begin(), heap_.end(), Later);
    heap_.pop_back();
  }

 private:
  static constexpr std::size_t kLeastCompacted = 64;

  // Equal ones in the order of the calls.
  static bool Later(const Deadline& a, const Deadline& b) {
    return a.at != b.at ? a.at > b.at : a.call > b.call;
  }

  std::vector<Deadline> heap_;
  std::size_t compact_at_ = kLeastCompacted;
};

}  // namespace batcher
