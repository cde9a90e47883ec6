#include "bench/sweep_policies_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "bench/sweep_figures.h"
#include "bench/sweep_regret.h"
#include "bench/sweep_remark.h"
#include "scenarios/load.h"

namespace bench {
namespace {

// Of the lowest cost: what is called as cheap is no dearer than that.
constexpr double kAboutAsCheap = 0.1;

// "20ms, best of 12"; "-" of a policy that has nothing to set.
std::string SettingCell(const PolicyChoice& choice, const PointResult& point, std::size_t index,
                        const std::string& scenarios_policy) {
  const std::string& label = point.point.label;
  if (label.size() == choice.policy.size()) {
    return "-";
  }
  std::string cell = label.substr(choice.policy.size() + 1);
  if (index == choice.usual) {
    cell += choice.policy == scenarios_policy ? ", the scenario's" : ", default";
  }
  if (index == choice.best) {
    cell += fmt::format(", best of {}", choice.tried);
  }
  return cell;
}

// Calls that left alone, of all.
std::string LoneCell(const results::Summary& summary) {
  return results::FormatPercent(static_cast<double>(summary.lone_calls) /
                                static_cast<double>(std::max<std::uint64_t>(summary.calls, 1)));
}

// Whether its cost can't be told from the lowest: of few runs the noise alone would not do, as it
// may be larger than both.
bool IsAsCheap(const PointResult& point, const PointResult& cheapest) {
  const auto over = CostOver(point, cheapest);
  return over && over->low <= 0 &&
         over->estimate <= kAboutAsCheap * cheapest.regret->run.cost_ms.value;
}

std::string RemarkCell(const SweepResult& sweep, const PolicyChoice& choice, std::size_t index) {
  std::string remark = Remark(sweep, index);
  std::string first;
  if (!choice.best) {
    first = choice.tried == 1 ? "can't be compared"
                              : fmt::format("none of {} settings can be compared", choice.tried);
  } else if (sweep.cheapest && index != *sweep.cheapest &&
             IsAsCheap(sweep.points[index], sweep.points[*sweep.cheapest])) {
    first = "as cheap, within the noise";
  }
  return first + (first.empty() || remark.empty() ? "" : "; ") + remark;
}

std::vector<std::string> RowCells(const SweepResult& sweep, std::size_t index) {
  const PointResult& point = sweep.points[index];
  if (!point.usable()) {
    return {};
  }
  return {SavedCell(point.Find("requests_saved")),
          SizeCell(point),
          LoneCell(point.summary),
          TimeCell(point.Find("latency.p50"), false),
          TimeCell(point.Find("latency.p99"), true),
          point.regret ? ShortMs(point.regret->run.cost_ms.value) : "-",
          RatioCell(point)};
}

// How the best of each policy was found, and by whose figures it is shown.
std::string ChoiceSentence(const SweepPlan& plan) {
  const auto seeds = [&](std::size_t first, std::size_t last) {
    return first + 1 == last
               ? fmt::format("seed {}", plan.first_seed + first)
               : fmt::format("seeds {} to {}", plan.first_seed + first, plan.first_seed + last - 1);
  };
  if (plan.choosing_runs == 0) {
    return "Best: the lowest cost of those tried. It was chosen on the same calls that the figures "
           "are of: more --replications choose on one half of the seeds and tell of the other.";
  }
  const auto scenario = scenarios::ParseScenario(plan.scenario_json, "sweep");
  const bool recorded = scenario && scenario->arrivals.kind() == "trace";
  return fmt::format(
      "Best: the lowest cost of those tried on {}; all figures are of {}{}.",
      seeds(0, plan.choosing_runs), seeds(plan.choosing_runs, plan.replications),
      recorded ? ", which meet another service but, as they are a trace, the same arrivals" : "");
}

}  // namespace

std::string PoliciesTable(const SweepResult& sweep, results::TextStyle style) {
  const std::vector<results::Column> columns = {{"policy", results::Align::kLeft},
                                                {"setting", results::Align::kLeft},
                                                {"requests saved"},
                                                {"calls/batch"},
                                                {"lone calls"},
                                                {"p50"},
                                                {"p99 [95 %], ms"},
                                                {"cost/call, ms"},
                                                {"x least cost"},
                                                {"", results::Align::kLeft}};
  results::Table table(columns);
  for (const PolicyChoice& choice : sweep.policies) {
    std::vector<std::size_t> rows = {choice.usual};
    if (choice.best && *choice.best != choice.usual) {
      rows.push_back(*choice.best);
    }
    for (const std::size_t row : rows) {
      std::vector<std::string> cells = {
          row == choice.usual ? choice.policy : "",
          SettingCell(choice, sweep.points[row], row, sweep.scenarios_policy)};
      std::ranges::copy(RowCells(sweep, row), std::back_inserter(cells));
      cells.resize(columns.size() - 1);
      cells.push_back(RemarkCell(sweep, choice, row));
      table.AddRow(std::move(cells));
    }
  }
  return table.Render(style);
}

std::vector<std::string> PoliciesAdvice(const SweepPlan& plan, const SweepResult& sweep) {
  const std::string price = batcher::FormatDuration(*plan.price);
  std::vector<std::string> sentences = {
      fmt::format(
          "Cost of a call: its share of {} x batches + the waiting of all calls until their "
          "batch leaves; polls have no part in it. Requests saved counts submits and polls.",
          price),
      "Nothing but batcher.policy differs: limits, polls and service are those of the scenario.",
      ChoiceSentence(plan)};
  if (std::ranges::any_of(sweep.policies,
                          [](const PolicyChoice& choice) { return !choice.best.has_value(); })) {
    sentences.emplace_back(
        "Not compared is what is saturated, or leaves 0.1 % more of the calls unanswered than the "
        "best in that: calls that never leave cost nothing.");
  }
  std::ranges::copy(RegretSentences(sweep), std::back_inserter(sentences));
  if (sweep.cheapest) {
    const PointResult& point = sweep.points[*sweep.cheapest];
    sentences.push_back(
        fmt::format("Cheapest: {}, {} a call, {:.2f} x the least cost.", point.point.label,
                    results::FormatMs(point.regret->run.cost_ms.value), point.regret->ratio.value));
  }
  return sentences;
}

}  // namespace bench
