#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "batcher/base/batcher_check.h"
#include "batcher/base/time.h"
#include "batcher/core/id_ring.h"
#include "batcher/core/policy.h"

namespace batcher {

// The engine's number of a call: they ascend by 1 in the order of submission.
using CallId = std::uint64_t;

inline constexpr CallId kNoCall = std::numeric_limits<CallId>::max();

// For sums modulo 2^64.
constexpr std::uint64_t NanosecondsOf(Instant at) {
  return static_cast<std::uint64_t>(at.time_since_epoch().count());
}

// A key that goes on the wire once, and the calls that wait for it. The calls are a list, linked
// through Call::next_waiter in ascending order; those that ended meanwhile are skipped.
struct Entry {
  std::uint64_t key = 0;
  std::size_t bytes = 0;
  Instant enqueued;
  std::uint32_t waiters = 0;  // that have not ended
  CallId first = kNoCall;
  CallId last = kNoCall;
};

// The entries that wait for a batch, oldest first. An entry that loses its last waiter leaves at
// once: it no longer counts, and is skipped when its turn comes. A value.
class Queue {
 public:
  using EntryId = IdRing<Entry>::Id;

  [[nodiscard]] bool empty() const { return entries_ == 0; }
  [[nodiscard]] std::size_t calls() const { return calls_; }
  [[nodiscard]] std::size_t entries() const { return entries_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  // The id that the next Add will give.
  [[nodiscard]] EntryId next_id() const { return ring_.next(); }
  EntryId Add(std::uint64_t key, std::size_t bytes, CallId call, Instant submitted) {
    ++calls_;
    ++entries_;
    bytes_ += bytes;
    sum_submitted_ns_ += NanosecondsOf(submitted);
    newest_ = submitted;
    Entry& entry = ring_.Extend();
    entry.key = key;
    entry.bytes = bytes;
    entry.enqueued = submitted;
    entry.waiters = 1;
    entry.first = entry.last = call;
    return ring_.next() - 1;
  }
  // One more call waits for the entry. REQUIRES: the entry is queued.
  void Join(EntryId id, CallId call, Instant submitted);
  // A waiter that was submitted then has left. True if the entry left with it.
  bool Leave(EntryId id, Instant submitted);
  // The oldest entry, which leaves. REQUIRES: !empty(). `sum_submitted_ns` is that of its waiters.
  Entry TakeFront(std::uint64_t sum_submitted_ns) {
    BATCHER_CHECK(!empty());
    const Entry entry = ring_.front();
    calls_ -= entry.waiters;
    --entries_;
    bytes_ -= entry.bytes;
    sum_submitted_ns_ -= sum_submitted_ns;
    ring_.Pop();
    SkipDead();
    return entry;
  }

  // REQUIRES: !empty().
  [[nodiscard]] const Entry& front() const { return ring_.front(); }
  [[nodiscard]] EntryId front_id() const { return ring_.first(); }
  [[nodiscard]] Entry& operator[](EntryId id) { return ring_[id]; }

  // The policy's view, less what the queue does not know (slots, limits).
  [[nodiscard]] QueueView View() const;
  // When the n-th oldest entry was submitted. REQUIRES: 1 <= n <= entries().
  [[nodiscard]] Instant EnqueuedAt(std::size_t n) const;
  // How many of the oldest entries fit into `bytes`, at least 1 and at most `most`. REQUIRES:
  // !empty().
  [[nodiscard]] std::size_t CountWithin(std::size_t bytes, std::size_t most) const;

 private:
  void SkipDead() {
    while (!ring_.empty() && ring_.front().waiters == 0) {
      ring_.Pop();
    }
  }

  IdRing<Entry> ring_;  // Invariant: the front has waiters, or the ring is empty.
  std::size_t calls_ = 0;
  std::size_t entries_ = 0;
  std::size_t bytes_ = 0;
  // Of the calls, modulo 2^64: after a day 100,000 of them add up to more. Only the difference to
  // calls_ times another time is used, which is exact.
  std::uint64_t sum_submitted_ns_ = 0;
  Instant newest_;
};

}  // namespace batcher
