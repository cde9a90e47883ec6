#include "bench/sweep_remark.h"

#include <fmt/format.h>

#include <cmath>

#include "bench/findings.h"
#include "results/lib/table.h"

namespace bench {
namespace {

void Append(const std::string& what, std::string& remark) {
  remark += (remark.empty() ? "" : "; ") + what;
}

}  // namespace

std::string Remark(const SweepResult& sweep, std::size_t index) {
  const PointResult& point = sweep.points[index];
  if (!point.invalid.empty()) {
    return "INVALID: " + point.invalid;
  }
  if (point.saturated_at) {
    return fmt::format("saturated: {:.3g}/s offered, {:.3g}/s possible", *point.offered,
                       *point.saturated_at);
  }
  std::string remark;
  if (point.summary.errors > 0) {
    Append(
        fmt::format("{} of {} calls without an answer", results::FormatCount(point.summary.errors),
                    results::FormatCount(point.summary.calls)),
        remark);
  }
  if (const double share = SlotShare(point.summary); share >= kSlotsDecide) {
    Append(fmt::format("{:.0f} % of the wait is for a slot", 100 * share), remark);
  }
  if (sweep.lowest_p99 == index) {
    Append("lowest p99", remark);
  }
  if (sweep.cheapest == index) {
    Append("lowest cost", remark);
  }
  for (const SloResult& slo : point.slo) {
    if (slo.status == SloStatus::kMissed) {
      Append(slo.why.empty() ? "misses the SLO" : slo.why, remark);
      break;
    }
  }
  if (sweep.best == index) {
    remark = "<- best inside the SLO" + (remark.empty() ? "" : "; " + remark);
  }
  return remark;
}

std::string ShortMs(double milliseconds) {
  if (milliseconds >= 99.95) {
    return fmt::format("{:.0f}", milliseconds);
  }
  return fmt::format("{:.3g}", milliseconds);
}

}  // namespace bench
