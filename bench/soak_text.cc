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

// "590 value, 5,410 queue_full"
std::string OutcomesText(const results::Summary& summary) {
  std::string text;
  for (std::size_t i = 0; i < summary.outcomes.size(); ++i) {
    if (summary.outcomes[i] > 0) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", FormatCount(summary.outcomes[i]),
                          batcher::kOutcomeNames[i]);
    }
  }
  return text;
}

std::string CallsText(const SoakResult& result) {
  const AuditCounts& audit = result.audit;
  const std::string made = FormatCount(audit.made) + " made";
  return "Calls   " +
         (audit.one_outcome_each()
              ? made + ", each with one outcome: " + OutcomesText(result.all)
              : fmt::format("{}; {} never had an outcome, {} were answered twice", made,
                            FormatCount(audit.unanswered), FormatCount(audit.answered_twice))) +
         "\n";
}

std::string QueueText(const SoakPlan& plan, const SoakResult& result) {
  std::string text = fmt::format(
      "Queue   at most {} of {} calls, {} under way\n", FormatCount(result.most_queued),
      FormatCount(plan.scenario.batcher.max_queued), FormatCount(result.audit.most_unanswered));
  const std::uint64_t answered = result.all.calls - result.all.errors;
  if (result.audit.made > answered && answered > 0) {
    text += fmt::format("Load    {:.3g} x what was answered\n",
                        static_cast<double>(result.audit.made) / static_cast<double>(answered));
  }
  return text;
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
  std::string text = Verdict(result) + CallsText(result) + QueueText(plan, result);
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
