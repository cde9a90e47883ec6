#include "batcher/core/queue.h"

#include "batcher/base/check.h"

namespace batcher {

void Queue::Join(EntryId id, CallId call, Instant submitted) {
  Entry& entry = ring_[id];
  CHECK(entry.waiters > 0);
  ++entry.waiters;
  entry.last = call;
  ++calls_;
  sum_submitted_ns_ += NanosecondsOf(submitted);
  newest_ = submitted;
}

bool Queue::Leave(EntryId id, Instant submitted) {
  Entry& entry = ring_[id];
  CHECK(entry.waiters > 0);
  --calls_;
  sum_submitted_ns_ -= NanosecondsOf(submitted);
  if (--entry.waiters > 0) {
    return false;
  }
  --entries_;
  bytes_ -= entry.bytes;
  SkipDead();
  return true;
}

QueueView Queue::View() const {
  return {.calls = calls_,
          .entries = entries_,
          .bytes = bytes_,
          .oldest = ring_.front().enqueued,
          .newest = newest_,
          .summed_wait = Duration(
              static_cast<Duration::rep>(calls_ * NanosecondsOf(newest_) - sum_submitted_ns_))};
}

Instant Queue::EnqueuedAt(std::size_t n) const {
  CHECK(n >= 1 && n <= entries_);
  if (ring_.next() - ring_.first() == entries_) {
    return ring_[ring_.first() + n - 1].enqueued;
  }
  // Entries that left the middle are still in the ring, and don't count.
  EntryId id = ring_.first();
  for (std::size_t left = n - 1; left > 0 || ring_[id].waiters == 0; ++id) {
    left -= ring_[id].waiters > 0 ? 1U : 0U;
  }
  return ring_[id].enqueued;
}

std::size_t Queue::CountWithin(std::size_t bytes, std::size_t most) const {
  std::size_t count = 0;
  std::size_t sum = 0;
  for (EntryId id = ring_.first(); id != ring_.next() && count < most; ++id) {
    if (ring_[id].waiters == 0) {
      continue;
    }
    sum += ring_[id].bytes;
    if (count > 0 && sum > bytes) {
      break;
    }
    ++count;
  }
  return count;
}

}  // namespace batcher
