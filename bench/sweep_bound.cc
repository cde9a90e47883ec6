#include "bench/sweep_bound.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "results/lib/time_statistics.h"
#include "scenarios/arrivals.h"
#include "scenarios/load.h"

namespace bench {
namespace {

using batcher::Instant;

// As many tell the bound to a per cent or two, within a tenth of a second.
constexpr std::size_t kMostCalls = 10'000;
constexpr std::size_t kPoints = 32;

// Those of the changes of a point that the bound depends on.
std::vector<std::string> ChangesOfCalls(const SweepPoint& point) {
  std::vector<std::string> changes;
  for (const std::string& text : point.overrides) {
    const std::string_view path = std::string_view(text).substr(0, text.find('='));
    if (path.starts_with("arrivals") || path.starts_with("calls") || path == "seed" ||
        path == "batcher.join_in_flight") {
      changes.push_back(text);
    }
  }
  return changes;
}

// "p99" of the first demand on the latency.
std::string QuantileOf(const std::vector<scenarios::Threshold>& slo) {
  constexpr std::string_view kLatency = "latency.";
  for (const scenarios::Threshold& threshold : slo) {
    if (threshold.quantity.starts_with(kLatency)) {
      return threshold.quantity.substr(kLatency.size());
    }
  }
  return "p99";
}

std::optional<double> ShareOf(std::string_view quantile) {
  if (quantile == "max") {
    return 1;
  }
  for (const results::NamedQuantile& named : results::kQuantiles) {
    if (quantile == named.name) {
      return named.q;
    }
  }
  return std::nullopt;
}

// The times of the first calls; none if nobody knows them beforehand.
std::vector<Instant> FirstCalls(const scenarios::Scenario& scenario) {
  std::vector<Instant> times;
  batcher::Result<scenarios::ArrivalStream> arrivals = scenarios::OpenArrivals(scenario);
  if (!arrivals || arrivals->waits()) {
    return times;
  }
  while (times.size() < kMostCalls) {
    const std::optional<scenarios::Arrival> arrival = arrivals->Next();
    if (!arrival) {
      break;
    }
    times.push_back(arrival->at);
  }
  return times;
}

}  // namespace

std::optional<SweepBound> BoundOf(const SweepPlan& plan) {
  std::vector<std::string> changes = ChangesOfCalls(plan.points.front());
  if (std::ranges::any_of(
          plan.points, [&](const SweepPoint& point) { return ChangesOfCalls(point) != changes; })) {
    return std::nullopt;
  }
  changes.push_back(fmt::format("seed={}", plan.first_seed + plan.choosing_runs));
  const auto scenario = scenarios::ParseScenario(plan.scenario_json, "sweep", changes);
  if (!scenario || scenario->batcher.join_in_flight || scenario->calls.deadline ||
      scenario->calls.cancel_after) {
    return std::nullopt;
  }
  SweepBound bound{.quantile = QuantileOf(scenario->slo)};
  const std::vector<Instant> times = FirstCalls(*scenario);
  if (times.empty()) {
    return std::nullopt;
  }
  bound.calls = times.size();
  if (bound.quantile == "mean") {
    bound.steps = results::FrontierOfMean(times, kPoints);
  } else if (const auto share = ShareOf(bound.quantile)) {
    bound.steps = results::FrontierOfQuantile(times, *share, kPoints);
  }
  return bound;
}

}  // namespace bench
