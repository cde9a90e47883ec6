#include "bench/sweep_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "bench/findings.h"
#include "bench/run_facts.h"
#include "bench/simulate.h"

namespace bench {
namespace {

// A run that is done once more keeps every record: of longer ones the numbers must do.
constexpr std::uint64_t kMostCallsKept = 1'000'000;

// More labels than these are counted.
constexpr std::size_t kMostNamed = 4;

// What the numbers of a point alone can tell, for all points that it holds of.
struct RangeFinding {
  const char* name = "";
  const char* sentence = "";
};
constexpr std::array<RangeFinding, 2> kOfRanges = {{
    {"polls_cost_more", "polls cost more than batches save (client.poll, batcher.single_below)"},
    {"rate_limited", "requests are held back by the client's own limit (client.rate_limit)"},
}};

// By point, what its numbers tell; nothing of one that is left out of the table's numbers.
std::vector<std::vector<Finding>> FindingsOfPoints(const SweepPlan& plan,
                                                   const SweepResult& sweep) {
  std::vector<std::vector<Finding>> findings(sweep.points.size());
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    const PointResult& point = sweep.points[i];
    const auto scenario = ScenarioOf(plan, i, plan.first_seed);
    if (point.usable() && scenario) {
      findings[i] = FindingsOf(*scenario, point.summary, {.offered = point.offered});
    }
  }
  return findings;
}

// Where among the points that are no baseline it holds, for at least one of them: "Up to 5ms",
// "From 100ms on", "At 1ms; 5ms:". `ascending`: the labels are.
std::string Where(const SweepResult& sweep, const std::vector<bool>& holds, bool ascending) {
  std::vector<std::string> labels;
  bool was_held = false;
  int beginnings = 0;
  bool first_held = false;
  bool any_not = false;
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    if (sweep.points[i].point.baseline) {
      continue;
    }
    first_held = first_held || (holds[i] && !any_not);
    any_not = any_not || !holds[i];
    beginnings += holds[i] && !was_held ? 1 : 0;
    was_held = holds[i];
    if (holds[i]) {
      labels.push_back(sweep.points[i].point.label);
    }
  }
  if (!any_not && labels.size() > 1) {
    return "Everywhere";
  }
  if (ascending && beginnings == 1 && labels.size() > 1 && (first_held || was_held)) {
    return first_held ? "Up to " + labels.back() : "From " + labels.front() + " on";
  }
  std::string where;
  for (std::size_t i = 0; i < std::min(labels.size(), kMostNamed); ++i) {
    where += (where.empty() ? "At " : "; ") + labels[i];
  }
  if (labels.size() > kMostNamed) {
    where += fmt::format(" and {} more", labels.size() - kMostNamed);
  }
  return where + ":";
}

// By point, whether it is one of those that are swept and its numbers tell of `name`.
std::vector<bool> HoldsOf(const SweepResult& sweep,
                          const std::vector<std::vector<Finding>>& findings,
                          std::string_view name) {
  std::vector<bool> holds;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    holds.push_back(!sweep.points[i].point.baseline && Names(findings[i], name));
  }
  return holds;
}

// All that can be known of the first run of a point.
std::optional<std::vector<Finding>> FindingsOfRun(const SweepPlan& plan, const PointResult& point,
                                                  std::size_t index) {
  if (plan.engine != "sim" ||
      point.summary.calls / point.runs.size() > kMostCallsKept * point.stretch) {
    return std::nullopt;
  }
  const auto scenario = ScenarioOf(plan, index, plan.first_seed);
  const auto run =
      scenario ? Simulate(*scenario, {}) : batcher::Result<RunResult>(scenario.error());
  if (!run) {
    return std::nullopt;
  }
  const results::Summary summary = results::Summarise(run->ledger, run->extras);
  return FindingsOf(*scenario, summary, FactsOf(*scenario, *run, summary));
}

}  // namespace

std::vector<std::string> SweepFindings(const SweepPlan& plan, const SweepResult& sweep) {
  const std::vector<std::vector<Finding>> findings = FindingsOfPoints(plan, sweep);
  std::vector<std::string> sentences;
  std::vector<std::string_view> said;
  const bool ascending = plan.title == "window" || plan.title == "rate";
  for (const RangeFinding& one : kOfRanges) {
    const std::vector<bool> holds = HoldsOf(sweep, findings, one.name);
    const auto points = std::ranges::count(holds, true);
    const bool of_best = sweep.best && holds[*sweep.best];
    if (points > (of_best ? 1 : 0)) {
      sentences.push_back(fmt::format("{} {}.", Where(sweep, holds, ascending), one.sentence));
      if (of_best) {
        said.emplace_back(one.name);
      }
    }
  }
  if (!sweep.best) {
    return sentences;
  }
  if (plan.title == "window") {
    said.emplace_back("slot_bound");  // its row says so
  }
  const PointResult& best = sweep.points[*sweep.best];
  for (const Finding& finding :
       FindingsOfRun(plan, best, *sweep.best).value_or(findings[*sweep.best])) {
    if (std::ranges::find(said, finding.name) == said.end()) {
      sentences.push_back(fmt::format("At {}: {}.", best.point.label, finding.sentence));
    }
  }
  return sentences;
}

}  // namespace bench
