#include "bench/tune_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "batcher/base/check.h"
#include "results/lib/quantities.h"
#include "results/lib/table.h"

namespace bench {

std::string QuantityOf(const std::vector<scenarios::Threshold>& slo) {
  for (const scenarios::Threshold& threshold : slo) {
    if (threshold.quantity.starts_with("latency.p")) {
      return threshold.quantity;
    }
  }
  return "latency.p99";
}

double ShareOf(const std::string& quantity) {
  for (const results::NamedQuantile& named : results::kQuantiles) {
    if (quantity == fmt::format("latency.{}", named.name)) {
      return named.q;
    }
  }
  return 0.99;
}

TuneFigures FiguresOf(const Trial& trial, const AskedFor& asked) {
  const results::Summary& summary = trial.summary;
  const double calls = static_cast<double>(std::max<std::uint64_t>(summary.calls, 1));
  TuneFigures figures{.saved = summary.requests_saved.value_or(0),
                      .unanswered = static_cast<double>(summary.errors) / calls,
                      .credits = summary.credits / calls,
                      .latency_ms = batcher::ToMilliseconds(summary.latency.mean),
                      .wait_ms = batcher::ToMilliseconds(summary.wait.mean),
                      .linger_ms = batcher::ToMilliseconds(summary.mean_parts.linger),
                      .judged = Judge(asked.goal, asked.slo, trial)};
  const auto quantile = results::FindQuantity(summary, asked.quantity);
  if (quantile && quantile->value && quantile->evidence && quantile->evidence->enough()) {
    figures.quantile_ms = quantile->value;
  }
  return figures;
}

const Trial& WorstTrialOf(const Trials& trials, const Candidate& candidate, const AskedFor& asked) {
  const auto loss = [&](std::size_t ground) {
    const Judged judged = Judge(asked.goal, asked.slo, trials.Of(candidate, ground));
    return std::pair(judged.standing, judged.loss);
  };
  std::size_t worst = 0;
  for (std::size_t ground = 1; ground < trials.grounds(); ++ground) {
    worst = loss(ground) > loss(worst) ? ground : worst;
  }
  return trials.Of(candidate, worst);
}

TuneFigures WorstOf(const Trials& trials, const Candidate& candidate, const AskedFor& asked) {
  return FiguresOf(WorstTrialOf(trials, candidate, asked), asked);
}

double WorthwhileGain(const Goal& goal, const TuneFigures& from) {
  switch (goal.kind) {
    case GoalKind::kRequests:
    case GoalKind::kCredits:
      return 0.01;
    case GoalKind::kLatency:
      return 0;
    case GoalKind::kPrice:
      return 0.01 * from.judged.loss;
  }
  CHECK(false);
}

std::optional<std::string> WhyNotToBatch(const Goal& goal, const TuneFigures& without,
                                         const TuneFigures& best, batcher::Duration window) {
  if (without.judged.standing != Standing::kHolds) {
    return std::nullopt;
  }
  if (best.judged.standing != Standing::kHolds) {
    return "single calls hold the demands, and no window does (the nearest: " + best.judged.why +
           ")";
  }
  const double gain = without.judged.loss - best.judged.loss;
  if (gain > WorthwhileGain(goal, without)) {
    return std::nullopt;
  }
  const std::string name = WindowText(window);
  switch (goal.kind) {
    case GoalKind::kRequests:
      return fmt::format(
          "the best window inside the demands ({}) would save {:.1f} % of the HTTP requests: too "
          "few "
          "calls come together",
          name, 100 * gain);
    case GoalKind::kCredits:
      return fmt::format("the best window inside the demands ({}) would save {:.3f} credits a call",
                         name, gain);
    case GoalKind::kLatency:
      return fmt::format("single calls take {} on average, with the best window ({}) it is {}",
                         results::FormatMs(without.latency_ms), name,
                         results::FormatMs(best.latency_ms));
    case GoalKind::kPrice:
      break;
  }
  return fmt::format("at {} for a request no window costs less than single calls, {} a call",
                     batcher::FormatDuration(goal.price),
                     results::FormatMs(1e3 * without.judged.loss));
}

}  // namespace bench
