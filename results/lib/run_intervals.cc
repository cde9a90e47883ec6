#include "results/lib/run_intervals.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <numeric>
#include <optional>

#include "results/lib/bootstrap.h"
#include "results/lib/cluster.h"
#include "results/lib/quantile.h"

namespace results {
namespace {

using batcher::CallRecord;

struct WantedQuantile {
  std::string_view quantity;
  double q = 0;
};
constexpr std::array<WantedQuantile, 2> kWanted = {{{"latency.p50", 0.5}, {"latency.p99", 0.99}}};

// Fewer resamples for longer logs: together a second or so.
constexpr std::size_t kResampledValues = 5'000'000;
constexpr std::size_t kMostResamples = 1000;
constexpr std::size_t kFewestResamples = 100;

double LatencyMs(const CallRecord& call) { return batcher::ToMilliseconds(Latency(call)); }

std::vector<RunInterval> FromClusters(const Ledger& ledger) {
  std::vector<ClusterValue> values;
  std::map<std::uint64_t, ClusterSum> sums;
  for (const CallRecord& call : ledger.calls) {
    if (IsAnswered(call.outcome)) {
      values.push_back({.cluster = call.batch, .value = LatencyMs(call)});
      ClusterSum& sum = sums[call.batch];
      sum.sum += LatencyMs(call);
      ++sum.count;
    }
  }
  std::vector<ClusterSum> in_order;
  std::ranges::transform(sums, std::back_inserter(in_order),
                         [](const auto& batch) { return batch.second; });
  std::vector<RunInterval> intervals;
  const auto add = [&](std::string_view quantity, const std::optional<ClusteredInterval>& found) {
    if (found) {
      intervals.push_back({.quantity = quantity,
                           .interval = found->interval,
                           .too_narrow = found->still_dependent});
    }
  };
  add("latency.mean", ClusteredMean(in_order));
  for (const WantedQuantile& wanted : kWanted) {
    add(wanted.quantity, ClusteredQuantile(values, wanted.q));
  }
  return intervals;
}

double MeanOfSeries(std::span<const double> series) {
  return std::accumulate(series.begin(), series.end(), 0.0) / static_cast<double>(series.size());
}

double QuantileOfSeries(std::span<const double> series, double q) {
  std::vector<double> values(series.begin(), series.end());
  const auto rank =
      values.begin() + static_cast<std::ptrdiff_t>(QuantileRank(q, values.size()) - 1);
  std::nth_element(values.begin(), rank, values.end());
  return *rank;
}

std::vector<RunInterval> FromBlocks(const Ledger& ledger) {
  std::vector<double> series;
  for (const CallRecord& call : ledger.calls) {  // in the order of their arrival
    if (IsAnswered(call.outcome)) {
      series.push_back(LatencyMs(call));
    }
  }
  if (series.empty() || series.size() > kMostResampled) {
    return {};
  }
  const BootstrapOptions options{
      .resamples = std::clamp(kResampledValues / series.size(), kFewestResamples, kMostResamples)};
  std::vector<RunInterval> intervals;
  const auto add = [&](std::string_view quantity, const SeriesStatistic& statistic) {
    if (const auto interval = BlockBootstrap(series, statistic, options)) {
      intervals.push_back({.quantity = quantity, .interval = *interval});
    }
  };
  add("latency.mean", MeanOfSeries);
  for (const WantedQuantile& wanted : kWanted) {
    add(wanted.quantity,
        [&](std::span<const double> values) { return QuantileOfSeries(values, wanted.q); });
  }
  return intervals;
}

}  // namespace

std::string_view Name(IntervalMethod method) {
  return method == IntervalMethod::kClusters ? "clusters" : "bootstrap";
}

std::vector<RunInterval> IntervalsOf(const Ledger& ledger, IntervalMethod method) {
  return method == IntervalMethod::kClusters ? FromClusters(ledger) : FromBlocks(ledger);
}

}  // namespace results
