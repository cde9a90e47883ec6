#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "results/lib/interval.h"

namespace results {

// Intervals from ONE run. Its calls come in batches and share their batch's fate, so they are not
// independent and Student's interval over calls is far too narrow; the batches are the clusters of
// a cluster sample. Where even consecutive batches resemble each other (a queue that builds up),
// the clusters are merged into groups of consecutive ones.

// The calls of one batch.
struct ClusterSum {
  double sum = 0;  // of their values
  std::uint64_t count = 0;
};

// One call.
struct ClusterValue {
  std::uint64_t cluster = 0;  // which batch: the number ascends with time, gaps are allowed
  double value = 0;
};

struct ClusteredInterval {
  Interval interval;
  double lag1 = 0;       // autocorrelation of the residuals of consecutive clusters
  bool grouped = false;  // clusters are alike: the interval is made from groups of them
  // The groups, too, follow one another: the run is too short, and the interval too narrow.
  bool still_dependent = false;
};

// The mean over all calls, as the ratio R of the sum of the clusters' sums to that of their counts,
//   R +- t(n - 1) sqrt(n / (n - 1) * sum of (sum[i] - R count[i])^2) / sum of counts.
// A lag-1 autocorrelation of the residuals sum[i] - R count[i] above 2 / sqrt(n) is material: the
// same formula is then applied to 20 groups of consecutive clusters (to n / 2 groups for fewer than
// 40 clusters). So it is if the groups vary by more than the clusters account for (F test, 95 %):
// what drifts slowly, as polls that learn, shows there and hardly between neighbours.
//
// Clusters of no calls are passed over. None for fewer than 2 others, if a sum is not finite, or if
// grouping is called for and there are fewer than 20 clusters. Without material autocorrelation the
// coverage is nominal for some 50 clusters or more; with it, somewhat below (coverage_test.cc has
// figures). Sources: Cochran, Sampling Techniques (1977), 6.3 (ratio); Schmeiser, Batch size
// effects in the analysis of simulation output (Operations Research 1982) (10 to 30 groups).
// REQUIRES: 0 < level < 1.
[[nodiscard]] std::optional<ClusteredInterval> ClusteredMean(
    std::span<const ClusterSum> clusters_in_time_order, double level = 0.95);

// The q-quantile over all calls, by nearest rank; the ends of its interval are the quantiles of
// q - half and q + half. `half` is half the width of the interval, as above, for the share of
// values up to the quantile, or for the share below it if that is wider. Where many values are
// equal these shares are far from q: `half` is scaled by sqrt(q (1 - q)) / sqrt(share (1 - share)).
//
// The values may come in any order. None as above, and if q - half or q + half reaches 0 or 1:
// the run is too short to bound this quantile, which for a p99 is so below some 400 batches of one
// size, or more of mixed sizes. `lag1` is the larger of the two shares'.
// Source: Woodruff, Confidence intervals for medians and other position measures (Journal of the
// American Statistical Association 1952). REQUIRES: 0 < q < 1, 0 < level < 1.
[[nodiscard]] std::optional<ClusteredInterval> ClusteredQuantile(
    std::span<const ClusterValue> values, double q, double level = 0.95);

}  // namespace results
