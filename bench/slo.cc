#include "bench/slo.h"

#include <fmt/core.h>

#include "batcher/base/check.h"
#include "results/lib/quantities.h"
#include "results/lib/table.h"

namespace bench {
namespace {

std::string Shown(const results::Quantity& quantity) {
  return quantity.unit == results::QuantityUnit::kMilliseconds
             ? results::FormatMs(*quantity.value)
             : results::FormatNumber(*quantity.value);
}

SloResult Check(const scenarios::Threshold& threshold, const results::Summary& summary) {
  const auto quantity = results::FindQuantity(summary, threshold.quantity);
  CHECK(quantity);  // the loader allows no others
  const std::string demand = scenarios::FormatThreshold(threshold);
  if (!quantity->value) {
    return {.status = SloStatus::kLacksEvidence,
            .line = fmt::format("{}   not known: this run has no such quantity", demand)};
  }
  if (quantity->evidence && !quantity->evidence->enough()) {
    return {.status = SloStatus::kLacksEvidence,
            .line = fmt::format("{}   not known: {}", demand,
                                results::LackSentence(*quantity->evidence))};
  }
  const double scale = quantity->unit == results::QuantityUnit::kMilliseconds ? 1e6 : 1;
  const bool held = scenarios::Holds(threshold, *quantity->value * scale);
  return {.status = held ? SloStatus::kHeld : SloStatus::kMissed,
          .line = fmt::format("{}   {}: {}", demand, held ? "held" : "MISSED", Shown(*quantity))};
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
