#include "bench/sweep_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "bench/findings.h"
#include "bench/sweep_figures.h"
#include "bench/sweep_regret.h"
#include "bench/sweep_remark.h"
#include "scenarios/load.h"

namespace bench {
std::string SweepTable(const SweepPlan& plan, const SweepResult& sweep, results::TextStyle style) {
  const bool bursts = std::ranges::any_of(sweep.points, [](const PointResult& point) {
    return point.summary.burst_completion.has_value();
  });
  std::vector<results::Column> columns = {
      {plan.title, results::Align::kLeft}, {"p50"}, {"p99 [95 %], ms"}};
  if (bursts) {
    columns.push_back({"burst done p50 [95 %], ms"});
  }
  columns.insert(columns.end(), {{"requests saved"}, {"calls/batch"}});
  if (sweep.price) {
    columns.push_back({"x least cost"});
  }
  columns.push_back({"", results::Align::kLeft});
  results::Table table(columns);
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    const PointResult& point = sweep.points[i];
    std::vector<std::string> cells = {point.point.label};
    if (point.usable()) {
      cells.push_back(TimeCell(point.Find("latency.p50"), false));
      cells.push_back(TimeCell(point.Find("latency.p99"), true));
      if (bursts) {
        cells.push_back(TimeCell(point.Find("burst_completion.p50"), true));
      }
      cells.push_back(SavedCell(point.Find("requests_saved")));
      cells.push_back(SizeCell(point));
      if (sweep.price) {
        cells.push_back(RatioCell(point));
      }
    }
    cells.resize(columns.size() - 1);
    cells.push_back(Remark(sweep, i));
    table.AddRow(std::move(cells));
  }
  return table.Render(style);
}

std::vector<std::string> SweepAdvice(const SweepPlan& plan, const SweepResult& sweep) {
  std::vector<std::string> sentences = {"Requests saved counts submits and polls."};
  if (std::ranges::any_of(sweep.points, [](const PointResult& point) {
        return point.usable() && point.Find("latency.p99").atom.has_value();
      })) {
    sentences.emplace_back(
        "Atom: most seeds agree to the digit (answers are seen only at polls, or little is "
        "drawn).");
  }
  // How far up from the smallest window the slots decide.
  const PointResult* last = nullptr;
  for (const PointResult& point : sweep.points) {
    if (point.point.baseline) {
      continue;
    }
    if (!point.usable() || SlotShare(point.summary) < kSlotsDecide) {
      break;
    }
    last = &point;
  }
  if (last != nullptr && plan.title == "window") {
    sentences.push_back(fmt::format(
        "Up to {} the window hardly matters: calls wait for a free slot (batcher.max_in_flight).",
        last->point.label));
  }
  if (sweep.best) {
    sentences.push_back(
        fmt::format("Best inside the SLO: {}, the fastest of those that save most (within half a "
                    "percent of the calls).",
                    sweep.points[*sweep.best].point.label));
  } else if (!sweep.points.empty() && !sweep.points.front().slo.empty()) {
    sentences.emplace_back("No point holds the whole SLO of the scenario.");
  }
  std::ranges::copy(RegretSentences(sweep), std::back_inserter(sentences));
  std::uint64_t warm_up = 0;
  for (const PointResult& point : sweep.points) {
    warm_up = std::max(warm_up, point.usable() ? point.warm_up_calls / point.runs.size() : 0);
  }
  if (warm_up > 0) {
    sentences.push_back(fmt::format(
        "Warm-up: up to {} calls a run are left out of the times, not out of the counts (MSER-5).",
        warm_up));
  }
  const PointResult& longest = std::ranges::max(sweep.points, {}, &PointResult::stretch);
  if (longest.stretch > 1) {
    sentences.push_back(fmt::format(
        "Runs of {} are {} times as long as the others, for the batches that a p99 needs.",
        longest.point.label, longest.stretch));
  }
  return sentences;
}

std::string SweepHeading(const SweepPlan& plan) {
  const auto scenario = scenarios::ParseScenario(plan.scenario_json, "sweep");
  if (!scenario) {
    return {};
  }
  std::string heading = scenario->name;
  if (!scenario->description.empty()) {
    heading += ": " + scenario->description;
  }
  std::string slo;
  for (const scenarios::Threshold& threshold : scenario->slo) {
    slo += (slo.empty() ? "SLO " : ", ") + scenarios::FormatThreshold(threshold);
  }
  return heading + (slo.empty() ? "" : "\n" + slo);
}

}  // namespace bench
