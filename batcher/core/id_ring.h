#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "batcher/base/batcher_check.h"

namespace batcher {

// Items that get ascending ids at the back and leave at the front: a queue whose inner elements
// stay reachable by id in O(1). Grows by doubling and never shrinks. A value.
template <class T>
class IdRing {
 public:
  using Id = std::uint64_t;

  [[nodiscard]] bool empty() const { return first_ == next_; }
  [[nodiscard]] Id first() const { return first_; }  // Of the front item.
  [[nodiscard]] Id next() const { return next_; }    // That the next Push will give.
  [[nodiscard]] bool Contains(Id id) const { return id >= first_ && id < next_; }

  // Adds an item with the id next(), to be filled: it holds whatever was there before. Building it
  // in its place spares the copy, on which the processor would wait for each narrower write.
  T& Extend() {
    if (next_ - first_ == items_.size()) {
      Grow();
    }
    return items_[Index(next_++)];
  }

  Id Push(T item) {
    Extend() = std::move(item);
    return next_ - 1;
  }

  // REQUIRES: Contains(id).
  T& operator[](Id id) { return items_[Index(id)]; }
  const T& operator[](Id id) const { return items_[Index(id)]; }

  // REQUIRES: !empty().
  T& front() { return items_[Index(first_)]; }
  [[nodiscard]] const T& front() const { return items_[Index(first_)]; }
  void Pop() {
    BATCHER_CHECK(!empty());
    ++first_;
  }

 private:
  [[nodiscard]] std::size_t Index(Id id) const { return id & (items_.size() - 1); }

  void Grow() {
    std::vector<T> larger(items_.empty() ? 16 : items_.size() * 2);
    for (Id id = first_; id != next_; ++id) {
      larger[id & (larger.size() - 1)] = std::move(items_[Index(id)]);
    }
    items_ = std::move(larger);
  }

  std::vector<T> items_;  // Its size is 0 or a power of 2.
  Id first_ = 0;
  Id next_ = 0;
};

}  // namespace batcher
