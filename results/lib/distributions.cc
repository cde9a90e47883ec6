#include "results/lib/distributions.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "results/lib/report_parts.h"
#include "results/lib/run_json.h"

namespace results {

using Json = nlohmann::ordered_json;

double RoundStep(double least) {
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least) {
      return factor * power;
    }
  }
  return 10 * power;
}

std::vector<CurvePoint> LatencyCurve(const Histogram& latency, double batches) {
  std::vector<CurvePoint> curve;
  if (latency.count() == 0) {
    return curve;
  }
  for (int tenth = 0; tenth <= 60; ++tenth) {
    const double beyond = std::pow(10, -tenth / 10.0);
    if (tenth > 0 && batches * std::log1p(-beyond) > std::log(0.01)) {
      break;
    }
    curve.push_back({.share = 1 - beyond, .time = latency.Quantile(1 - beyond)});
  }
  return curve;
}

Json CurveJson(const std::vector<CurvePoint>& curve) {
  Json json = Json::array();
  for (const CurvePoint& point : curve) {
    json.push_back({Rounded(point.share), Rounded(batcher::ToMilliseconds(point.time))});
  }
  return json;
}

Json SizesJson(const BatchSizes& sizes) {
  std::uint64_t largest = 0;
  for (const auto& counts : sizes) {
    largest = counts.empty() ? largest : std::max(largest, counts.rbegin()->first);
  }
  if (largest == 0) {
    return nullptr;
  }
  const auto width =
      static_cast<std::uint64_t>(RoundStep(std::max(static_cast<double>(largest) / 40, 1.0)));
  Json reasons = Json::object();
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i].empty()) {
      continue;
    }
    std::vector<std::uint64_t> bins((largest - 1) / width + 1);
    for (const auto& [size, count] : sizes[i]) {
      bins[(std::max<std::uint64_t>(size, 1) - 1) / width] += count;
    }
    reasons[std::string(batcher::kFlushReasonNames[i])] = bins;
  }
  return {{"width", width}, {"reasons", std::move(reasons)}};
}

Json DistributionsOfPoint(const std::string& label, const std::vector<CurvePoint>& curve,
                          const BatchSizes& sizes) {
  return {{"label", label}, {"curve", CurveJson(curve)}, {"sizes", SizesJson(sizes)}};
}

std::string DistributionsText(const Json& points) {
  const Json json = {{"schema_version", kSchemaVersion}, {"points", points}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace results
