#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <map>
#include <string>
#include <vector>

namespace batcher {

// What a scrape would show, for tests: "name{a=1,b=2}", with the labels in order, and its value. Of
// a histogram there are "name_count", "name_sum" and, by upper edge, "name_bucket{le=0.02}".
class TestSeries {
 public:
  explicit TestSeries(const prometheus::Collectable& source) {
    for (const prometheus::MetricFamily& family : source.Collect()) {
      for (const prometheus::ClientMetric& metric : family.metric) {
        Add(family, metric);
      }
    }
  }

  // REQUIRES: there is such a series.
  [[nodiscard]] double operator[](const std::string& series) const { return values_.at(series); }
  [[nodiscard]] const std::map<std::string, double>& all() const { return values_; }
  // The sum of all series that begin so.
  [[nodiscard]] double Sum(const std::string& beginning) const {
    double sum = 0;
    for (const auto& [series, value] : values_) {
      sum += series.starts_with(beginning) ? value : 0;
    }
    return sum;
  }

 private:
  static std::string Series(const std::string& name,
                            const std::map<std::string, std::string>& labels) {
    std::string text = name;
    char separator = '{';
    for (const auto& [label, value] : labels) {
      text.append(1, separator).append(label).append("=").append(value);
      separator = ',';
    }
    return labels.empty() ? text : text + "}";
  }

  // "0.020000" as "0.02", "1.000000" as "1".
  static std::string Shortened(std::string number) {
    number.erase(number.find_last_not_of('0') + 1);
    return number.ends_with('.') ? number.substr(0, number.size() - 1) : number;
  }

  void Add(const prometheus::MetricFamily& family, const prometheus::ClientMetric& metric) {
    std::map<std::string, std::string> labels;
    for (const auto& label : metric.label) {
      labels[label.name] = label.value;
    }
    switch (family.type) {
      case prometheus::MetricType::Counter:
        values_[Series(family.name, labels)] = metric.counter.value;
        return;
      case prometheus::MetricType::Gauge:
        values_[Series(family.name, labels)] = metric.gauge.value;
        return;
      default:
        break;
    }
    values_[Series(family.name + "_count", labels)] =
        static_cast<double>(metric.histogram.sample_count);
    values_[Series(family.name + "_sum", labels)] = metric.histogram.sample_sum;
    for (const auto& bucket : metric.histogram.bucket) {
      labels["le"] = Shortened(std::to_string(bucket.upper_bound));
      values_[Series(family.name + "_bucket", labels)] =
          static_cast<double>(bucket.cumulative_count);
    }
  }

  std::map<std::string, double> values_;
};

}  // namespace batcher
