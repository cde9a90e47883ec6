#include "bench/slo.h"

#include <fmt/core.h>

#include <cmath>
#include <string_view>

#include "batcher/base/check.h"
#include "results/lib/quantities.h"
#include "results/lib/table.h"

namespace bench {
namespace {

std::string Shown(const results::Quantity& quantity, double value) {
  return quantity.unit == results::QuantityUnit::kMilliseconds ? results::FormatMs(value)
                                                               : results::FormatNumber(value);
}

std::string Shown(const results::Quantity& quantity) { return Shown(quantity, *quantity.value); }

// Where a value lies that misses the threshold.
std::string_view Side(const scenarios::Threshold& threshold) {
  return threshold.comparison == scenarios::Comparison::kAtMost ||
                 threshold.comparison == scenarios::Comparison::kBelow
             ? "over"
             : "short of";
}

SloResult Check(const scenarios::Threshold& threshold, const results::Summary& summary) {
  const auto quantity = results::FindQuantity(summary, threshold.quantity);
  CHECK(quantity);  // the loader allows no others
  const std::string demand = scenarios::FormatThreshold(threshold);
  if (!quantity->value) {
    return {.status = SloStatus::kLacksEvidence,
            .line = fmt::format("{}   not known: this run has no such quantity", demand),
            .why = "this run has no " + threshold.quantity};
  }
  if (quantity->evidence && !quantity->evidence->enough()) {
    return {.status = SloStatus::kLacksEvidence,
            .line = fmt::format("{}   not known: {}", demand,
                                results::LackSentence(*quantity->evidence)),
            .why = fmt::format("{} {}", threshold.quantity,
                               results::LackSentence(*quantity->evidence))};
  }
  const double scale = quantity->unit == results::QuantityUnit::kMilliseconds ? 1e6 : 1;
  const bool held = scenarios::Holds(threshold, *quantity->value * scale);
  const double by = std::abs(*quantity->value - threshold.value / scale);
  return {
      .status = held ? SloStatus::kHeld : SloStatus::kMissed,
      .line = fmt::format("{}   {}: {}", demand, held ? "held" : "MISSED", Shown(*quantity)),
      .why = held ? "" : fmt::format("{} {} {}", Shown(*quantity, by), Side(threshold), demand)};
}

}  // namespace

std::vector<SloResult> CheckSlo(const std::vector<scenarios::Threshold>& slo,
                                const results::Summary& summary) {
  std::vector<SloResult> results;
  results.reserve(slo.size());
  for (const scenarios::Threshold& threshold : slo) {
    results.push_back(Check(threshold, summary));
  }
  return results;
}

}  // namespace bench
