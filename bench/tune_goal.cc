#include "bench/tune_goal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "batcher/base/check.h"
#include "bench/slo.h"
#include "results/lib/quantities.h"
#include "results/lib/table.h"

namespace bench {
namespace {

// Of the calls: whoever fails more answers the others the faster. It is demanded always.
constexpr double kMostErrors = 0.001;

double PerCall(double amount, const results::Summary& summary) {
  return amount / static_cast<double>(std::max<std::uint64_t>(summary.calls, 1));
}

// By how much of itself the demand is missed, as far as this run tells; 0: it holds.
double Excess(const scenarios::Threshold& threshold, const results::Summary& summary) {
  const auto quantity = results::FindQuantity(summary, threshold.quantity);
  if (!quantity || !quantity->value) {
    return 1;
  }
  const double scale = quantity->unit == results::QuantityUnit::kMilliseconds ? 1e6 : 1;
  const double value = *quantity->value * scale;
  if (scenarios::Holds(threshold, value)) {
    return 0;
  }
  return std::abs(value - threshold.value) / std::max(std::abs(threshold.value), 1e-3);
}

Judged JudgeRun(const std::vector<scenarios::Threshold>& slo, const results::Summary& summary) {
  Judged judged;
  const std::vector<SloResult> results = CheckSlo(slo, summary);
  for (std::size_t i = 0; i < slo.size(); ++i) {
    const SloResult& result = results[i];
    if (result.status == SloStatus::kHeld) {
      continue;
    }
    const double excess = Excess(slo[i], summary);
    // Too few batches to say that it holds may still be enough to see that it does not.
    const bool missed = result.status == SloStatus::kMissed || excess > 0;
    judged.standing =
        std::max(judged.standing, missed ? Standing::kMisses : Standing::kLacksEvidence);
    judged.excess += excess;
    if (judged.why.empty()) {
      judged.why = result.why;
    }
  }
  if (static_cast<double>(summary.errors) > kMostErrors * static_cast<double>(summary.calls)) {
    const double errors = PerCall(static_cast<double>(summary.errors), summary);
    judged.standing = std::max(judged.standing, Standing::kMisses);
    judged.excess += errors / kMostErrors;
    judged.why = fmt::format("{:.2g} % of the calls without an answer", 100 * errors);
  }
  return judged;
}

}  // namespace

double LossOf(const Goal& goal, const results::Summary& summary) {
  const double requests = PerCall(static_cast<double>(summary.http_requests), summary);
  switch (goal.kind) {
    case GoalKind::kRequests:
      return requests;
    case GoalKind::kLatency:
      return batcher::ToMilliseconds(summary.latency.mean);
    case GoalKind::kCredits:
      return PerCall(summary.credits, summary);
    case GoalKind::kPrice:
      return batcher::ToSeconds(goal.price) * requests + batcher::ToSeconds(summary.wait.mean);
  }
  CHECK(false);
}

double ToleranceOf(const Goal& goal, double least) {
  switch (goal.kind) {
    case GoalKind::kRequests:
    case GoalKind::kCredits:
      return 0.01;
    case GoalKind::kLatency:
      return 0.01 * least;
    case GoalKind::kPrice:
      return 0;
  }
  CHECK(false);
}

Judged Judge(const Goal& goal, const std::vector<scenarios::Threshold>& slo, const Trial& trial) {
  Judged judged;
  if (trial.same_calls) {
    for (const results::Summary& run : trial.runs) {
      Judged one = JudgeRun(slo, run);
      if (std::pair(one.standing, one.excess) >= std::pair(judged.standing, judged.excess)) {
        judged = std::move(one);
      }
    }
  } else {
    judged = JudgeRun(slo, trial.summary);
  }
  judged.loss = LossOf(goal, trial.summary);
  if (trial.saturated_at) {
    judged.standing = Standing::kSaturated;
    judged.excess += trial.offered_rate / std::max(*trial.saturated_at, 1e-9);
    judged.why = fmt::format("saturated: {:.3g}/s offered, {:.3g}/s possible", trial.offered_rate,
                             *trial.saturated_at);
  }
  return judged;
}

}  // namespace bench
