#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "results/lib/interval.h"

namespace results {

// A number made from a series: its mean, a quantile, the cost of a policy.
using SeriesStatistic = std::function<double(std::span<const double>)>;

struct BootstrapOptions {
  // Values in a block. 1 takes the values to be independent. nullopt: DefaultBlockLength.
  std::optional<std::size_t> block_length = {};
  std::size_t resamples = 1000;  // at least 40: fewer have no 2.5 % quantile
  double level = 0.95;           // in (0, 1)
  std::uint64_t seed = 1;        // of the stream "bootstrap"
};

// n^(1/3) * max(1, (sqrt(6) r / (1 - r^2))^(2/3)), rounded up, at most n / 4 and at least 1, where
// r is the lag-1 autocorrelation, or 0 if that is negative. The second factor makes the length the
// best one for the variance of the mean if the series is an AR(1). A statistic that rests on rare
// events, such as a p99, may want longer blocks.
// Sources: Kuensch (below); Politis, White, Automatic block-length selection for the dependent
// bootstrap (Econometric Reviews 2004), with the AR(1) put into its formula.
[[nodiscard]] std::size_t DefaultBlockLength(std::span<const double> series);

// An interval for a statistic of one recorded series whose values depend on their neighbours, by
// the moving-block bootstrap: series of the same length are put together from blocks drawn with
// replacement from all n - length + 1 places, and the interval holds the middle `level` of their
// statistics (the percentile method). `estimate` is that of the series itself and need not lie in
// the middle.
//
// It covers somewhat less than its level, the more so the fewer blocks the series has: about 90 %
// instead of 95 % with 30 blocks (coverage_test.cc). None for fewer than 20 values, for blocks
// longer than half of the series, if a value or a statistic is not finite. The same arguments give
// the same interval.
// Source: Kuensch, The jackknife and the bootstrap for general stationary observations (Annals of
// Statistics 1989). REQUIRES: the options are in their ranges, block_length >= 1.
[[nodiscard]] std::optional<Interval> BlockBootstrap(std::span<const double> series,
                                                     const SeriesStatistic& statistic,
                                                     const BootstrapOptions& options);

}  // namespace results
