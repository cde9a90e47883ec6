#pragma once

#include <prometheus/labels.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/time.h"
#include "batcher/metrics/local_counter.h"
#include "batcher/metrics/local_histogram.h"

namespace prometheus {
class Gauge;
class Registry;
}  // namespace prometheus

namespace batcher {

// How a metric is called, and one sentence for whoever finds it: what it counts.
struct MetricText {
  std::string name;
  std::string help;
};

// Makes series in a registry, all with the same labels beside their own. What it makes lives as
// long as the registry.
class SeriesMaker {
 public:
  SeriesMaker(prometheus::Registry& registry, prometheus::Labels labels)
      : registry_(registry), labels_(std::move(labels)) {}

  [[nodiscard]] LocalCounter Counter(const MetricText& text,
                                     const prometheus::Labels& own = {}) const;
  // One for each value of the label.
  [[nodiscard]] std::vector<LocalCounter> Counters(const MetricText& text, const std::string& label,
                                                   std::span<const std::string_view> values) const;
  [[nodiscard]] prometheus::Gauge& Gauge(const MetricText& text,
                                         const prometheus::Labels& own = {}) const;
  // In seconds; values are added in nanoseconds. REQUIRES: the registry has no such series.
  [[nodiscard]] LocalHistogram Durations(const MetricText& text, std::span<const Duration> edges,
                                         const prometheus::Labels& own = {}) const;
  // Of whole numbers. REQUIRES: the registry has no such series.
  [[nodiscard]] LocalHistogram Counts(const MetricText& text,
                                      std::span<const std::int64_t> edges) const;

 private:
  [[nodiscard]] prometheus::Labels LabelsWith(const prometheus::Labels& own) const;

  prometheus::Registry& registry_;
  prometheus::Labels labels_;
};

}  // namespace batcher
