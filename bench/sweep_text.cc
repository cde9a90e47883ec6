#include "bench/sweep_text.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "bench/sweep_findings.h"
#include "bench/sweep_policies_table.h"
#include "bench/sweep_table.h"

namespace bench {
namespace {

std::string Lines(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) {
    text += sentence + "\n";
  }
  return text;
}

// The windows that are worth a closer look.
std::string NextWindows(const ScenarioSettings& settings, const SweepPlan& plan,
                        const SweepResult& sweep) {
  std::string windows;
  for (const std::optional<std::size_t> point : {sweep.lowest_p99, sweep.best}) {
    if (point && !sweep.points[*point].point.baseline) {
      const std::string& label = sweep.points[*point].point.label;
      if (windows != label) {
        windows += (windows.empty() ? "" : ",") + label;
      }
    }
  }
  if (windows.empty()) {
    return {};
  }
  return fmt::format("sweep {} --window {}{}", CommandLineOf(settings), windows,
                     plan.engine == "sim" ? " --engine http" : " --engine sim --replications 30");
}

// The cheapest policy, in virtual and in real time.
std::string NextPolicy(ScenarioSettings settings, const SweepResult& sweep) {
  if (!sweep.cheapest) {
    return {};
  }
  const std::vector<std::string>& changes = sweep.points[*sweep.cheapest].point.overrides;
  settings.forms.policy.clear();
  settings.sets.insert(settings.sets.end(), changes.begin(), changes.end());
  return fmt::format("run {} --price {} --engine sim,http", CommandLineOf(settings),
                     batcher::FormatDuration(*sweep.price));
}

}  // namespace

std::string SweepText(const SweepPlan& plan, const SweepResult& sweep, results::TextStyle style) {
  if (!sweep.policies.empty()) {
    return PoliciesTable(sweep, style) + "\n" + Lines(PoliciesAdvice(plan, sweep));
  }
  return SweepTable(plan, sweep, style) + "\n" + Lines(SweepAdvice(plan, sweep)) +
         Lines(SweepFindings(plan, sweep));
}

std::string NextCommand(const ScenarioSettings& settings, const SweepPlan& plan,
                        const SweepResult& sweep) {
  if (settings.file.empty()) {
    return {};
  }
  if (!sweep.policies.empty()) {
    return NextPolicy(settings, sweep);
  }
  return plan.title == "window" ? NextWindows(settings, plan, sweep) : std::string();
}

}  // namespace bench
