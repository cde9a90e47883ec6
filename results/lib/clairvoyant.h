#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "batcher/base/time.h"

namespace results {

// The least that any way to batch could have cost, had it known all arrivals beforehand: what a
// policy is measured against, and no policy to run. It batches calls in their order and lets each
// batch leave at the arrival of its last call, since an earlier departure is impossible and a later
// one only adds to the waiting. Slots are without limit and the service does not matter, so it is a
// lower bound for every batcher that makes each call wait for a batch of its own: not for one that
// lets a call join a batch in flight.
//
// All here is exact, in integer nanoseconds. A call waits from its arrival until its batch leaves.
// REQUIRES, everywhere: arrivals ascend, calls are fewer than 2^31, and a limit of size is above 0.

// The most calls in a batch; none: as many as come. Equal keys are not joined.
using SizeLimit = std::optional<std::uint64_t>;

// One way to batch all calls.
struct Batching {
  std::uint64_t batches = 0;
  batcher::Duration waiting{0};  // of all calls together

  friend bool operator==(const Batching&, const Batching&) = default;
};

// price x batches + waiting. REQUIRES: it fits into a Duration (292 years).
[[nodiscard]] batcher::Duration CostOf(const Batching& batching, batcher::Duration price);

// The least price x batches + waiting, a batch being worth `price` of one call's waiting; of
// several such the one with the fewest batches. Price 0 makes the fewest batches of which no call
// waits. One pass over the calls, each of which costs a constant time on average. REQUIRES: price
// >= 0; price x calls fits into a Duration, which the result then does too.
[[nodiscard]] Batching LeastCost(std::span<const batcher::Instant> arrivals,
                                 batcher::Duration price, SizeLimit max_items = std::nullopt);

// The fewest batches in which no call waits longer than `max_wait`.
struct FewestBatches {
  std::uint64_t batches = 0;
  batcher::Duration longest_wait{0};  // what that takes: a window as short makes the same batches
  // The shortest window that makes other batches (not always fewer); none: no longer one does.
  std::optional<batcher::Duration> next_window = std::nullopt;
};

// The first call opens a batch, which takes what comes until max_wait later, or is full; so does
// the policy `window`, which therefore sends exactly as few batches. No one could do with fewer:
// each batch opens with a call that no batch before it could have taken along. REQUIRES: max_wait
// >= 0.
[[nodiscard]] FewestBatches FewestWithin(std::span<const batcher::Instant> arrivals,
                                         batcher::Duration max_wait,
                                         SizeLimit max_items = std::nullopt);

}  // namespace results
