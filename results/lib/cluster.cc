#include "results/lib/cluster.h"

#include <algorithm>
#include <boost/math/distributions/fisher_f.hpp>
#include <cmath>
#include <cstddef>
#include <vector>

#include "batcher/base/check.h"
#include "results/lib/autocorrelation.h"
#include "results/lib/quantile.h"

namespace results {
namespace {

constexpr std::size_t kGroups = 20;
constexpr std::size_t kFewestGroups = 10;

struct Ratio {
  double value = 0;
  double standard_error = 0;
  double lag1 = 0;
  bool dependent = false;
};

// REQUIRES: at least 2 clusters, each with a call.
Ratio RatioOf(std::span<const ClusterSum> clusters) {
  double sum = 0;
  double count = 0;
  for (const ClusterSum& cluster : clusters) {
    sum += cluster.sum;
    count += static_cast<double>(cluster.count);
  }
  const auto n = static_cast<double>(clusters.size());
  Ratio ratio{.value = sum / count};
  std::vector<double> residuals;
  residuals.reserve(clusters.size());
  double squares = 0;
  for (const ClusterSum& cluster : clusters) {
    residuals.push_back(cluster.sum - ratio.value * static_cast<double>(cluster.count));
    squares += residuals.back() * residuals.back();
  }
  ratio.standard_error = std::sqrt(n / (n - 1) * squares) / count;
  ratio.lag1 = Lag1Autocorrelation(residuals);
  // A negative one makes the interval too wide, which misleads nobody.
  ratio.dependent = ratio.lag1 > 2 / std::sqrt(n);
  return ratio;
}

std::vector<ClusterSum> GroupsOf(std::span<const ClusterSum> clusters, std::size_t groups) {
  std::vector<ClusterSum> sums(groups);
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    ClusterSum& group = sums[i * groups / clusters.size()];
    group.sum += clusters[i].sum;
    group.count += clusters[i].count;
  }
  return sums;
}

// Whether groups vary by more than their clusters account for: beyond what they would in 95 % of
// all runs if those were independent. Neighbours may be hardly alike, and all of a stretch a
// little.
bool VaryMore(const Ratio& groups, const Ratio& clusters, std::size_t cluster_count) {
  constexpr double kLevel = 0.95;
  const boost::math::fisher_f law(kGroups - 1, static_cast<double>(cluster_count - 1));
  return groups.standard_error >
         clusters.standard_error * std::sqrt(boost::math::quantile(law, kLevel));
}

std::vector<ClusterSum> NotEmpty(std::span<const ClusterSum> clusters) {
  std::vector<ClusterSum> kept;
  kept.reserve(clusters.size());
  for (const ClusterSum& cluster : clusters) {
    CHECK(cluster.count > 0 || cluster.sum == 0);
    if (cluster.count > 0) {
      kept.push_back(cluster);
    }
  }
  return kept;
}

// For each cluster its number of values for which `counts` holds. REQUIRES: sorted by cluster.
template <class Predicate>
std::vector<ClusterSum> CountWhere(std::span<const ClusterValue> values, Predicate counts) {
  std::vector<ClusterSum> clusters;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i == 0 || values[i].cluster != values[i - 1].cluster) {
      clusters.emplace_back();
    }
    clusters.back().sum += counts(values[i].value) ? 1 : 0;
    ++clusters.back().count;
  }
  return clusters;
}

// What half the width of a share's interval is at the share q nearby: binomial errors are as
// sqrt(p (1 - p)). None for the shares 0 and 1, which show no error whatever theirs is.
std::optional<double> HalfWidthAt(double q, const Interval& share) {
  const double p = share.estimate;
  if (p <= 0 || p >= 1) {
    return std::nullopt;
  }
  return (share.high - p) * std::sqrt(q * (1 - q) / (p * (1 - p)));
}

}  // namespace

std::optional<ClusteredInterval> ClusteredMean(std::span<const ClusterSum> clusters_in_time_order,
                                               double level) {
  CHECK(level > 0 && level < 1);
  std::vector<ClusterSum> clusters = NotEmpty(clusters_in_time_order);
  const auto finite = [](const ClusterSum& cluster) { return std::isfinite(cluster.sum); };
  if (clusters.size() < 2 || !std::ranges::all_of(clusters, finite)) {
    return std::nullopt;
  }
  Ratio ratio = RatioOf(clusters);
  const bool dependent =
      ratio.dependent || (clusters.size() >= 2 * kGroups &&
                          VaryMore(RatioOf(GroupsOf(clusters, kGroups)), ratio, clusters.size()));
  ClusteredInterval answer{.interval = {}, .lag1 = ratio.lag1, .grouped = dependent};
  if (dependent) {
    const std::size_t groups = std::min(kGroups, clusters.size() / 2);
    if (groups < kFewestGroups) {
      return std::nullopt;
    }
    clusters = GroupsOf(clusters, groups);
    ratio = RatioOf(clusters);
    answer.still_dependent = ratio.dependent;
  }
  const double half =
      StudentFactor(level, static_cast<double>(clusters.size() - 1)) * ratio.standard_error;
  answer.interval = {
      .estimate = ratio.value, .low = ratio.value - half, .high = ratio.value + half};
  return answer;
}

std::optional<ClusteredInterval> ClusteredQuantile(std::span<const ClusterValue> values, double q,
                                                   double level) {
  CHECK(q > 0 && q < 1 && level > 0 && level < 1);
  const auto finite = [](const ClusterValue& value) { return std::isfinite(value.value); };
  if (values.empty() || !std::ranges::all_of(values, finite)) {
    return std::nullopt;
  }
  std::vector<ClusterValue> by_cluster(values.begin(), values.end());
  std::ranges::sort(by_cluster, {}, &ClusterValue::cluster);
  std::vector<double> all(values.size());
  std::ranges::transform(values, all.begin(), &ClusterValue::value);
  const auto at_share = [&](double share) {
    const auto at = all.begin() + static_cast<std::ptrdiff_t>(QuantileRank(share, all.size()) - 1);
    std::ranges::nth_element(all, at);
    return *at;
  };

  const double quantile = at_share(q);
  const auto is_below = [&](double value) { return value < quantile; };
  const auto is_up_to = [&](double value) { return value <= quantile; };
  const std::vector<ClusterSum> counts_up_to = CountWhere(by_cluster, is_up_to);
  const auto below = ClusteredMean(CountWhere(by_cluster, is_below), level);
  const auto up_to = ClusteredMean(counts_up_to, level);
  if (!below || !up_to) {
    return std::nullopt;
  }
  const auto half_below = HalfWidthAt(q, below->interval);
  const auto half_up_to = HalfWidthAt(q, up_to->interval);
  double half = std::max(half_below.value_or(0), half_up_to.value_or(0));
  if (!half_below && !half_up_to) {
    // All values are equal, so nothing tells how much the calls of a batch agree: wholly, then.
    const auto clusters = static_cast<double>(counts_up_to.size());
    half = StudentFactor(level, clusters - 1) * std::sqrt(q * (1 - q) / clusters);
  }
  if (q - half <= 0 || q + half >= 1) {
    return std::nullopt;
  }
  return ClusteredInterval{
      .interval = {.estimate = quantile, .low = at_share(q - half), .high = at_share(q + half)},
      .lag1 = std::max(below->lag1, up_to->lag1),
      .grouped = below->grouped || up_to->grouped,
      .still_dependent = below->still_dependent || up_to->still_dependent};
}

}  // namespace results
