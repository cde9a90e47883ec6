#include "results/lib/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "batcher/base/check.h"
#include "batcher/base/random.h"
#include "results/lib/autocorrelation.h"
#include "results/lib/quantile.h"

namespace results {
namespace {

constexpr std::size_t kShortestSeries = 20;
constexpr std::size_t kFewestResamples = 40;

// Fills `resampled` with blocks from random places of the series, the last of them cut short.
void Resample(std::span<const double> series, std::size_t block_length,
              batcher::RandomStream& random, std::vector<double>& resampled) {
  for (std::size_t filled = 0; filled < resampled.size(); filled += block_length) {
    const std::size_t length = std::min(block_length, resampled.size() - filled);
    const auto from = static_cast<std::size_t>(random.Below(series.size() - block_length + 1));
    std::ranges::copy(series.subspan(from, length),
                      resampled.begin() + static_cast<std::ptrdiff_t>(filled));
  }
}

}  // namespace

std::size_t DefaultBlockLength(std::span<const double> series) {
  const double r = std::max(0.0, Lag1Autocorrelation(series));
  const double stretch = std::max(1.0, std::pow(std::sqrt(6.0) * r / (1 - r * r), 2.0 / 3));
  const auto count = static_cast<double>(series.size());
  const double length = std::ceil(std::cbrt(count) * stretch);
  return std::max<std::size_t>(1, static_cast<std::size_t>(std::min(length, count / 4)));
}

std::optional<Interval> BlockBootstrap(std::span<const double> series,
                                       const SeriesStatistic& statistic,
                                       const BootstrapOptions& options) {
  CHECK(options.level > 0 && options.level < 1 && options.resamples >= kFewestResamples);
  const auto finite = [](double value) { return std::isfinite(value); };
  if (series.size() < kShortestSeries || !std::ranges::all_of(series, finite)) {
    return std::nullopt;
  }
  const std::size_t block_length = options.block_length.value_or(DefaultBlockLength(series));
  CHECK(block_length >= 1);
  if (block_length > series.size() / 2) {
    return std::nullopt;
  }
  batcher::RandomStream random(options.seed, "bootstrap");
  std::vector<double> resampled(series.size());
  std::vector<double> found(options.resamples);
  for (double& value : found) {
    Resample(series, block_length, random, resampled);
    value = statistic(resampled);
  }
  const double estimate = statistic(series);
  if (!std::isfinite(estimate) || !std::ranges::all_of(found, finite)) {
    return std::nullopt;
  }
  std::ranges::sort(found);
  const auto at_share = [&](double share) { return found[QuantileRank(share, found.size()) - 1]; };
  return Interval{.estimate = estimate,
                  .low = at_share((1 - options.level) / 2),
                  .high = at_share((1 + options.level) / 2)};
}

}  // namespace results
