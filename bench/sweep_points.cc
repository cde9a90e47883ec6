#include "bench/sweep_points.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "batcher/base/check.h"
#include "bench/settings.h"
#include "bench/sweep_policies_choice.h"
#include "bench/sweep_regret.h"
#include "scenarios/load.h"

namespace bench {
namespace {

using batcher::Result;
using results::Quantity;
using results::QuantityUnit;

// Points whose requests_saved differ by less are taken for equal: nobody gives up latency for that.
constexpr double kAboutAsMuch = 0.005;

// A law whose variance is infinite has means of which no interval can be told.
bool HasInfiniteVariance(const batcher::Choice& latency) {
  return latency.kind() == "pareto" && latency.Number("alpha") <= 2;
}

bool MeansHaveNoVariance(const scenarios::Scenario& scenario) {
  return HasInfiniteVariance(scenario.server.single) ||
         HasInfiniteVariance(scenario.server.batch_base) ||
         (scenario.server.jitter && HasInfiniteVariance(*scenario.server.jitter)) ||
         HasInfiniteVariance(scenario.arrivals);
}

bool IsMeanOfTimes(const Quantity& quantity) {
  return quantity.unit == QuantityUnit::kMilliseconds &&
         (quantity.name.ends_with(".mean") || quantity.name.starts_with("parts."));
}

// One value for each run; none if a run has no such value.
std::optional<std::vector<double>> ValuesOf(const std::vector<std::vector<Quantity>>& runs,
                                            std::size_t quantity) {
  std::vector<double> values;
  for (const std::vector<Quantity>& run : runs) {
    if (!run[quantity].value) {
      return std::nullopt;
    }
    values.push_back(*run[quantity].value);
  }
  return values;
}

std::vector<std::vector<Quantity>> QuantitiesOf(const std::vector<PointRun>& runs) {
  std::vector<std::vector<Quantity>> quantities;
  for (const PointRun& run : runs) {
    quantities.push_back(results::Quantities(run.summary));
  }
  return quantities;
}

// Quantiles come from buckets: two that differ by less than a bucket's width are equal.
bool ComesInSteps(const Quantity& quantity) {
  return quantity.unit == QuantityUnit::kMilliseconds && quantity.evidence.has_value();
}

void AddIntervals(const scenarios::Scenario& scenario, PointResult& result) {
  const bool no_variance = MeansHaveNoVariance(scenario);
  const std::vector<std::vector<Quantity>> runs = QuantitiesOf(result.runs);
  const std::vector<Quantity> pooled = results::Quantities(result.summary);
  for (std::size_t i = 0; i < pooled.size(); ++i) {
    PointQuantity quantity{.pooled = pooled[i]};
    if (const auto values = pooled[i].value ? ValuesOf(runs, i) : std::nullopt) {
      quantity.atom = ComesInSteps(pooled[i]) ? results::FindAtom(*values) : std::nullopt;
      if (!quantity.atom && !(no_variance && IsMeanOfTimes(pooled[i]))) {
        quantity.interval = results::SectionedInterval(*pooled[i].value, *values);
      }
    }
    result.quantities.push_back(std::move(quantity));
  }
}

// The differences to the best point, over the seeds that both share.
void AddDifferences(const PointResult& best, PointResult& result) {
  if (best.runs.size() != result.runs.size()) {
    return;
  }
  const auto ours = QuantitiesOf(result.runs);
  const auto theirs = QuantitiesOf(best.runs);
  for (std::size_t i = 0; i < result.quantities.size(); ++i) {
    const auto a = ValuesOf(ours, i);
    const auto b = ValuesOf(theirs, i);
    if (a && b && result.quantities[i].pooled.unit != QuantityUnit::kCount) {
      result.quantities[i].over_best = results::PairedDifference(*a, *b);
    }
  }
}

// Runs of each point, by their number.
struct Runs {
  std::size_t first = 0;
  std::size_t last = 0;  // not included
};

Result<PointResult> PoolPoint(const SweepPlan& plan, std::size_t point, Runs runs,
                              const std::map<std::size_t, std::string>& lines) {
  const Result<scenarios::Scenario> scenario = ScenarioOf(plan, point, plan.first_seed);
  if (!scenario) {
    return scenario.error();
  }
  PointResult result{.point = plan.points[point]};
  results::Tally pooled;
  double offered = 0;
  double answered = 0;
  std::size_t saturated = 0;
  for (std::size_t i = runs.first; i < runs.last; ++i) {
    const auto line = lines.find(point * plan.replications + i);
    CHECK(line != lines.end());
    const Result<SweepCell> cell = ParseCell(line->second);
    if (!cell) {
      return cell.error();
    }
    const results::Replication& run = cell->replication;
    pooled.Merge(run.tally);
    result.runs.push_back({.seed = cell->seed,
                           .stretch = cell->stretch,
                           .warm_up_calls = run.warm_up_calls,
                           .offered_rate = run.offered_rate,
                           .saturated_at = run.saturated_at,
                           .worst_minute_p99 = run.worst_minute_p99,
                           .summary = run.tally.Finish(),
                           .bounds = run.bounds});
    result.warm_up_calls += run.warm_up_calls;
    result.stretch = std::max(result.stretch, cell->stretch);
    offered += run.offered_rate;
    answered += run.saturated_at.value_or(0);
    saturated += run.saturated_at ? 1U : 0U;
    if (run.worst_minute_p99) {
      result.worst_minute_p99 = std::max(run.worst_minute_p99, result.worst_minute_p99);
    }
    if (result.invalid.empty()) {
      result.invalid = cell->invalid;
    }
  }
  result.summary = pooled.Finish();
  result.curve =
      results::LatencyCurve(pooled.latency, static_cast<double>(pooled.answering_batches));
  result.sizes = std::move(pooled.batch_sizes);
  result.offered = offered / static_cast<double>(result.runs.size());
  if (2 * saturated > result.runs.size()) {
    result.saturated_at = answered / static_cast<double>(saturated);
  }
  AddIntervals(*scenario, result);
  if (plan.price) {
    result.regret = RegretOfRuns(result.runs, MeansHaveNoVariance(*scenario));
    result.max_wait = TimeOf(scenario->batcher.policy, "window");
  }
  result.slo = CheckSlo(scenario->slo, result.summary);
  return result;
}

bool HoldsSlo(const PointResult& point) {
  return !point.slo.empty() && std::ranges::all_of(point.slo, [](const SloResult& slo) {
    return slo.status == SloStatus::kHeld;
  });
}

bool HasEvidence(const PointQuantity& quantity) {
  return quantity.pooled.value && (!quantity.pooled.evidence || quantity.pooled.evidence->enough());
}

// The usable point of the greatest score, among those that have one.
template <class Score>
std::optional<std::size_t> Greatest(const std::vector<PointResult>& points, const Score& score) {
  std::optional<std::size_t> greatest;
  std::optional<double> value;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::optional<double> one = points[i].usable() ? score(points[i]) : std::nullopt;
    if (one && (!value || *one > *value)) {
      greatest = i;
      value = one;
    }
  }
  return greatest;
}

// The fastest of those that hold the SLO and save about as much as the most.
std::optional<std::size_t> Best(const std::vector<PointResult>& points) {
  const auto saved = [](const PointResult& point) {
    return HoldsSlo(point) ? point.summary.requests_saved : std::nullopt;
  };
  const std::optional<std::size_t> most = Greatest(points, saved);
  if (!most) {
    return std::nullopt;
  }
  const double enough = *saved(points[*most]) - kAboutAsMuch;
  return Greatest(points, [&](const PointResult& point) -> std::optional<double> {
    const std::optional<double> one = saved(point);
    return one && *one >= enough
               ? std::optional(-batcher::ToMilliseconds(point.summary.latency.mean))
               : std::nullopt;
  });
}

// Marks what a table points at. Of --policy all that is the cost alone: its runs are too few for
// the p99 of large batches, so that the lowest would be one of those that can be told.
void Mark(SweepResult& sweep) {
  sweep.cheapest = sweep.price ? Cheapest(sweep.points, sweep.rows) : std::nullopt;
  if (!sweep.policies.empty()) {
    return;
  }
  sweep.best = Best(sweep.points);
  sweep.lowest_p99 = Greatest(sweep.points, [](const PointResult& point) -> std::optional<double> {
    const PointQuantity& p99 = point.Find("latency.p99");
    return HasEvidence(p99) ? std::optional(-*p99.pooled.value) : std::nullopt;
  });
}

}  // namespace

const PointQuantity& PointResult::Find(const std::string& name) const {
  const auto found = std::ranges::find_if(
      quantities, [&](const PointQuantity& quantity) { return quantity.pooled.name == name; });
  CHECK(found != quantities.end());
  return *found;
}

Result<SweepResult> PoolSweep(const SweepPlan& plan,
                              const std::map<std::size_t, std::string>& lines) {
  SweepResult sweep{.price = plan.price};
  std::vector<PointResult> chosen_by;
  for (std::size_t point = 0; point < plan.points.size(); ++point) {
    Result<PointResult> result =
        PoolPoint(plan, point, {.first = plan.choosing_runs, .last = plan.replications}, lines);
    if (!result) {
      return result.error();
    }
    sweep.points.push_back(*std::move(result));
    if (plan.choosing_runs > 0) {
      Result<PointResult> choosing =
          PoolPoint(plan, point, {.first = 0, .last = plan.choosing_runs}, lines);
      if (!choosing) {
        return choosing.error();
      }
      chosen_by.push_back(*std::move(choosing));
    }
  }
  if (!plan.points.front().policy.empty()) {
    sweep.policies = ChoosePolicies(chosen_by.empty() ? sweep.points : chosen_by);
    sweep.rows = RowsOf(sweep.policies);
    const auto scenario = scenarios::ParseScenario(plan.scenario_json, "sweep");
    sweep.scenarios_policy = scenario ? scenario->batcher.policy.kind() : "";
  } else {
    sweep.rows.resize(sweep.points.size());
    std::iota(sweep.rows.begin(), sweep.rows.end(), std::size_t{0});
  }
  Mark(sweep);
  sweep.bound = BoundOf(plan);
  if (sweep.best) {
    for (PointResult& point : sweep.points) {
      AddDifferences(sweep.points[*sweep.best], point);
    }
  }
  return sweep;
}

}  // namespace bench
