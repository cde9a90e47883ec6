#include "bench/sweep_figures.h"

#include <fmt/format.h>

#include "bench/sweep_remark.h"
#include "results/lib/table.h"

namespace bench {

std::string TimeCell(const PointQuantity& quantity, bool with_interval) {
  if (!quantity.pooled.value) {
    return "-";
  }
  if (quantity.pooled.evidence && !quantity.pooled.evidence->enough()) {
    return fmt::format("-  {} of {} {}", quantity.pooled.evidence->had,
                       quantity.pooled.evidence->needed, quantity.pooled.evidence->of);
  }
  std::string value = ShortMs(*quantity.pooled.value);
  if (!with_interval) {
    return value;
  }
  if (quantity.atom) {
    return value + " atom";
  }
  return quantity.interval ? fmt::format("{} [{}, {}]", value, ShortMs(quantity.interval->low),
                                         ShortMs(quantity.interval->high))
                           : value;
}

std::string SavedCell(const PointQuantity& saved) {
  if (!saved.pooled.value) {
    return "-";
  }
  std::string value = results::FormatPercent(*saved.pooled.value);
  if (!saved.interval) {
    return value;
  }
  const double half = 100 * (saved.interval->high - saved.interval->low) / 2;
  return fmt::format("{} +-{:.1f}", value, half);
}

std::string SizeCell(const PointResult& point) {
  const auto& mean = point.Find("calls_per_batch.mean").pooled.value;
  return mean ? fmt::format("{:.1f}", *mean) : "-";
}

}  // namespace bench
