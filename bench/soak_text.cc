#include "bench/soak_text.h"

#include <fmt/format.h>

#include "bench/slo.h"
#include "bench/tune_candidate.h"
#include "results/lib/quantities.h"

namespace bench {
namespace {

using results::FormatCount;

double Megabytes(std::uint64_t bytes) { return static_cast<double>(bytes) / 1e6; }

std::string Verdict(const SoakResult& result) {
  const bool flat = IsFlat(result);
  return fmt::format(
      "{}{}: {} calls in {}, {} without an answer; memory {:.1f} MB once settled, {:.1f} "
      "MB at the end\n",
      result.interrupted ? "INTERRUPTED, " : "", flat ? "FLAT" : "GREW",
      FormatCount(result.all.calls), results::FormatMs(result.lasted),
      FormatCount(result.all.errors), Megabytes(result.resident_early),
      Megabytes(result.resident_late));
}

std::string Quantile(const results::Summary& summary, std::string_view name) {
  const auto quantity = results::FindQuantity(summary, name);
  const bool known =
      quantity && quantity->value && quantity->evidence && quantity->evidence->enough();
  return known ? results::FormatMs(*quantity->value) : "-";
}

std::string Remark(const SoakPlan& plan, const results::Summary& summary) {
  for (const SloResult& slo : CheckSlo(plan.scenario.slo, summary)) {
    if (slo.status != SloStatus::kHeld) {
      return slo.why;
    }
  }
  return "";
}

}  // namespace

std::string SoakText(const SoakPlan& plan, const SoakResult& result, results::TextStyle style) {
  std::string text = Verdict(result);
  text += plan.scenario.name +
          (plan.scenario.description.empty() ? "" : ": " + plan.scenario.description) + "\n\n";
  results::Table table({{"window (measured)", results::Align::kLeft},
                        {"calls"},
                        {"calls/s"},
                        {"saved"},
                        {"p50"},
                        {"p99"},
                        {"mean wait"},
                        {"calls/batch"},
                        {"", results::Align::kLeft}});
  for (const SoakWindow& window : result.windows) {
    const results::Summary& summary = window.summary;
    const double seconds = batcher::ToSeconds(window.in_force);
    table.AddRow(
        {plan.windows.empty() ? plan.scenario.batcher.policy.kind() : WindowText(window.window),
         FormatCount(summary.calls),
         seconds > 0 ? fmt::format("{:.3g}", static_cast<double>(summary.calls) / seconds) : "-",
         summary.requests_saved ? results::FormatPercent(*summary.requests_saved) : "-",
         Quantile(summary, "latency.p50"), Quantile(summary, "latency.p99"),
         results::FormatMs(summary.wait.mean), results::FormatNumber(summary.calls_per_batch_mean),
         Remark(plan, summary)});
  }
  return text + table.Render(style);
}

}  // namespace bench
