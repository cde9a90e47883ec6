#pragma once

#include <cstdint>
#include <span>

#include "batcher/base/time.h"

namespace results {

// The project's one definition of a quantile is the nearest rank: the q-quantile of n values is the
// ceil(q n)-th smallest (the smallest itself for q = 0). It is always a value that occurred.

// Which of `count` values in ascending order it is, from 1. REQUIRES: 0 <= q <= 1, count > 0.
[[nodiscard]] std::uint64_t QuantileRank(double q, std::uint64_t count);

// REQUIRES: `ascending` is sorted and not empty, 0 <= q <= 1.
[[nodiscard]] batcher::Duration Quantile(std::span<const batcher::Duration> ascending, double q);

// How many independent observations (batches, not calls: the calls of a batch share its fate) a
// q-quantile needs as evidence. The largest of n of them lies above the true quantile with
// probability 1 - q^n; with less than 99 % the run may well never have seen what it is asked about.
// The smallest n with 1 - q^n >= 0.99, rounded up to a whole ten above 100:
//   p50: 7, p90: 44, p95: 90, p99: 460, p99.9: 4610.
// REQUIRES: 0 < q < 1.
[[nodiscard]] std::uint64_t EvidenceNeeded(double q);

}  // namespace results
