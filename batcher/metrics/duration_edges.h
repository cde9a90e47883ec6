#pragma once

#include <span>
#include <vector>

#include "batcher/base/time.h"

namespace batcher {

// The upper edges of histogram buckets for durations, ascending: 2^(1/4) apart from 1 ms to 33 s,
// rounded to three digits, so that a quantile read from them is off by 9 % at most; with each of
// `exact` above 0 among them, since what lies at most there is asked for (a demand, a window), and
// not what lies at most near it.
[[nodiscard]] std::vector<Duration> DurationEdges(std::span<const Duration> exact);

// Those for how late something was: 2 apart, from 10 us to the first beyond 1 s.
[[nodiscard]] std::vector<Duration> LatenessEdges();

}  // namespace batcher
