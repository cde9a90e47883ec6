#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "batcher/core/records.h"
#include "results/lib/histogram.h"

namespace results {

// How many batches had so many calls, for each flush reason.
using BatchSizes =
    std::array<std::map<std::uint64_t, std::uint64_t>, batcher::kFlushReasonNames.size()>;

// So large a share of the calls was answered within that time.
struct CurvePoint {
  double share = 0;
  batcher::Duration time = {};
};

// The latency by percentile: a tenth of a nine from one point to the next, as far as `batches` are
// evidence for it (the largest of n lies above the quantile with 99 %). Empty for no latency.
[[nodiscard]] std::vector<CurvePoint> LatencyCurve(const Histogram& latency, double batches);

// [[share, ms], ...]
[[nodiscard]] nlohmann::ordered_json CurveJson(const std::vector<CurvePoint>& curve);
// {"width": 2, "reasons": {"window": [3, 0, 1]}}: at most about 40 steps of `width` sizes each.
// Null without batches.
[[nodiscard]] nlohmann::ordered_json SizesJson(const BatchSizes& sizes);

// The file distributions.json of a result: one of its points, and all of them.
[[nodiscard]] nlohmann::ordered_json DistributionsOfPoint(const std::string& label,
                                                          const std::vector<CurvePoint>& curve,
                                                          const BatchSizes& sizes);
[[nodiscard]] std::string DistributionsText(const nlohmann::ordered_json& points);

// The smallest of 1, 2 and 5 times powers of ten that is at least `least`. REQUIRES: least > 0.
[[nodiscard]] double RoundStep(double least);

}  // namespace results
