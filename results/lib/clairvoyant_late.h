#pragma once

#include <cstdint>
#include <span>

#include "batcher/base/time.h"
#include "results/lib/clairvoyant.h"

namespace results {

// As clairvoyant.h, with another cost: a call waits too long or it does not. So it bounds what any
// quantile of the wait can be had for.

// One way to batch all calls of which some wait too long.
struct LateBatching {
  std::uint64_t batches = 0;
  std::uint64_t late = 0;  // calls

  friend bool operator==(const LateBatching&, const LateBatching&) = default;
};

// The least price x batches + calls that wait longer than `bound`, a batch being worth `price` late
// calls; of several such the one with the fewest batches. REQUIRES: bound >= 0; price <= calls.
[[nodiscard]] LateBatching LeastLate(std::span<const batcher::Instant> arrivals,
                                     batcher::Duration bound, std::uint64_t price,
                                     SizeLimit max_items = std::nullopt);

}  // namespace results
