#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "batcher/base/time.h"

namespace results {

// For how few batches a quantile of the wait, or its mean, can be had at best: the frontier behind
// which no policy gets, in the two quantities that people choose by. See clairvoyant.h for what is
// meant, and for what is required of the arrivals.

// No way to batch in which the wait is that long, or shorter, has fewer batches. A bound, and no
// count: between what can be had it lies on the line from one such to the next.
struct BatchesForWait {
  batcher::Duration wait{0};
  double batches = 0;
};

// The fewest batches in which the q-quantile of the wait (nearest rank, quantile.h) is at most
// `wait`. REQUIRES: calls, wait >= 0, 0 <= q <= 1.
[[nodiscard]] double FewestForQuantile(std::span<const batcher::Instant> arrivals,
                                       batcher::Duration wait, double q);

// The fewest batches for each of some waits, which ascend, from none to that of all calls in one
// batch, about evenly spread by the ratio of the batches. A point takes some 10 passes over the
// arrivals. Empty for no calls. REQUIRES: as above; max_points >= 2.
[[nodiscard]] std::vector<BatchesForWait> FrontierOfQuantile(
    std::span<const batcher::Instant> arrivals, double q, std::size_t max_points);

// The same for the mean wait. A point takes one pass.
[[nodiscard]] std::vector<BatchesForWait> FrontierOfMean(std::span<const batcher::Instant> arrivals,
                                                         std::size_t max_points);

}  // namespace results
