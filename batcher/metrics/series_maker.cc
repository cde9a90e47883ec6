#include "batcher/metrics/series_maker.h"

#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "batcher/base/check.h"

namespace batcher {
namespace {

prometheus::Histogram& AddHistogram(prometheus::Registry& registry, const MetricText& text,
                                    const prometheus::Labels& labels,
                                    const std::vector<double>& edges) {
  auto& family = prometheus::BuildHistogram().Name(text.name).Help(text.help).Register(registry);
  if (family.Has(labels)) {  // It might have other edges.
    UNREACHABLE("two BatcherMetrics of one registry have the same MetricsOptions::batcher");
  }
  return family.Add(labels, edges);
}

}  // namespace

LocalCounter SeriesMaker::Counter(const MetricText& text, const prometheus::Labels& own) const {
  auto& family = prometheus::BuildCounter().Name(text.name).Help(text.help).Register(registry_);
  return LocalCounter(family.Add(LabelsWith(own)));
}

std::vector<LocalCounter> SeriesMaker::Counters(const MetricText& text, const std::string& label,
                                                std::span<const std::string_view> values) const {
  std::vector<LocalCounter> counters;
  for (const std::string_view value : values) {
    counters.push_back(Counter(text, {{label, std::string(value)}}));
  }
  return counters;
}

prometheus::Gauge& SeriesMaker::Gauge(const MetricText& text, const prometheus::Labels& own) const {
  return prometheus::BuildGauge().Name(text.name).Help(text.help).Register(registry_).Add(
      LabelsWith(own));
}

LocalHistogram SeriesMaker::Durations(const MetricText& text, std::span<const Duration> edges,
                                      const prometheus::Labels& own) const {
  std::vector<double> seconds;
  std::vector<std::int64_t> nanoseconds;
  for (const Duration edge : edges) {
    seconds.push_back(ToSeconds(edge));
    nanoseconds.push_back(edge.count());
  }
  return {AddHistogram(registry_, text, LabelsWith(own), seconds), nanoseconds, 1e-9};
}

LocalHistogram SeriesMaker::Counts(const MetricText& text,
                                   std::span<const std::int64_t> edges) const {
  return {AddHistogram(registry_, text, labels_, {edges.begin(), edges.end()}), edges, 1};
}

prometheus::Labels SeriesMaker::LabelsWith(const prometheus::Labels& own) const {
  prometheus::Labels all = labels_;
  all.insert(own.begin(), own.end());
  return all;
}

}  // namespace batcher
