#include "bench/sweep_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "batcher/base/random.h"
#include "bench/demo_ways.h"
#include "scenarios/arrivals.h"
#include "scenarios/dump.h"
#include "scenarios/load.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Error;
using batcher::Result;
using Json = nlohmann::ordered_json;

constexpr std::size_t kMostPoints = 10'000;

std::string Joined(const std::string& first, const std::string& second) {
  return first + (first.empty() || second.empty() ? "" : ", ") + second;
}

// Each choice of the axes from `first` on, combined with `so_far`.
void Combine(const std::vector<Axis>& axes, std::size_t first, const SweepPoint& so_far,
             std::vector<SweepPoint>& points) {
  if (first == axes.size()) {
    points.push_back(so_far);
    return;
  }
  const bool inner_begins = axes[first].of_batcher && (first == 0 || !axes[first - 1].of_batcher);
  for (const AxisChoice& choice : axes[first].choices) {
    SweepPoint point = so_far;
    point.label = Joined(point.label, choice.label);
    point.overrides.insert(point.overrides.end(), choice.overrides.begin(), choice.overrides.end());
    if (inner_begins && &choice == axes[first].choices.data()) {
      for (const auto& [name, changes] :
           {std::pair("unbatched", AllAtOnce()), std::pair("article's loop", ArticlesLoop())}) {
        SweepPoint baseline = so_far;
        baseline.label = Joined(baseline.label, name);
        baseline.overrides.insert(baseline.overrides.end(), changes.begin(), changes.end());
        baseline.baseline = true;
        points.push_back(std::move(baseline));
      }
    }
    Combine(axes, first + 1, point, points);
  }
}

// Runs of stationary arrivals are as long as they are told.
Result<std::string> WithCalls(const scenarios::Scenario& scenario,
                              std::optional<std::uint64_t> calls) {
  Json json = scenarios::ToJson(scenario);
  if (calls) {
    if (!scenarios::TakesCount(scenario.arrivals)) {
      return Error{fmt::format("--calls: arrivals of the kind {} are as many as they are",
                               scenario.arrivals.kind())};
    }
    json["arrivals"].erase("for");
    json["arrivals"]["count"] = *calls;
  }
  return json.dump();
}

}  // namespace

Result<SweepPlan> PlanWithoutPoints(const scenarios::Scenario& scenario, const SweepSize& size,
                                    const std::string& engine) {
  Result<std::string> json = WithCalls(scenario, size.calls);
  if (!json) {
    return json.error();
  }
  return SweepPlan{.title = {},
                   .scenario_json = *std::move(json),
                   .points = {},
                   .engine = engine,
                   .first_seed = scenario.seed,
                   .replications = size.replications};
}

Result<SweepPlan> MakeSweepPlan(const ScenarioSettings& base, const SweepAxes& axes,
                                const SweepSize& size, const std::string& engine,
                                std::optional<Duration> price) {
  const Result<scenarios::Scenario> scenario = LoadWith(base);
  if (!scenario) {
    return scenario.error();
  }
  const Result<std::vector<Axis>> read = AxesOf(axes);
  if (!read) {
    return read.error();
  }
  Result<SweepPlan> made = PlanWithoutPoints(*scenario, size, engine);
  if (!made) {
    return made.error();
  }
  SweepPlan& plan = *made;
  std::size_t combinations = 1;
  for (const Axis& axis : *read) {
    plan.title = Joined(plan.title, axis.title);
    combinations *= axis.choices.size();
    if (combinations > kMostPoints) {
      return Error{fmt::format("the axes make more than {} points together", kMostPoints)};
    }
  }
  Combine(*read, 0, {}, plan.points);
  std::set<Duration> prices;
  for (std::size_t point = 0; point < plan.points.size(); ++point) {
    const auto one = ScenarioOf(plan, point, plan.first_seed);
    if (!one) {
      return one.error();
    }
    if (const auto own = TimeOf(one->batcher.policy, "price")) {
      prices.insert(*own);
    }
  }
  if (!price && prices.size() == 1 && *prices.begin() > Duration(0)) {
    price = *prices.begin();
  }
  plan.price = price;
  return made;
}

Result<scenarios::Scenario> ScenarioOf(const SweepPlan& plan, std::size_t point,
                                       std::uint64_t seed) {
  std::vector<std::string> overrides = plan.points[point].overrides;
  overrides.push_back("seed=" + std::to_string(seed));
  Result<scenarios::Scenario> scenario =
      scenarios::ParseScenario(plan.scenario_json, "sweep", overrides);
  if (!scenario) {
    return scenario.error();
  }
  batcher::Choice& policy = scenario->batcher.policy;
  if (plan.engine == "sim" && policy.kind() == "tick" && !policy.Has("phase")) {
    batcher::RandomStream phases(seed, "tick_phase");
    policy.Set("phase", std::floor(phases.Uniform() * policy.Number("period")));
  }
  return scenario;
}

std::string PlanJson(const SweepPlan& plan) {
  Json points = Json::array();
  for (const SweepPoint& point : plan.points) {
    points.push_back(
        {{"label", point.label}, {"overrides", point.overrides}, {"baseline", point.baseline}});
    if (!point.policy.empty()) {
      points.back()["policy"] = point.policy;
    }
  }
  Json json = {{"title", plan.title},
               {"engine", plan.engine},
               {"first_seed", plan.first_seed},
               {"replications", plan.replications},
               {"max_stretch", plan.max_stretch},
               {"points", std::move(points)},
               {"scenario", Json::parse(plan.scenario_json)}};
  if (plan.price) {
    json["price_ns"] = plan.price->count();
  }
  if (plan.choosing_runs > 0) {
    json["choosing_runs"] = plan.choosing_runs;
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<SweepPlan> ParsePlan(std::string_view text) {
  SweepPlan plan;
  try {
    const Json json = Json::parse(text);
    plan.title = json.at("title").get<std::string>();
    plan.engine = json.at("engine").get<std::string>();
    plan.first_seed = json.at("first_seed").get<std::uint64_t>();
    plan.replications = json.at("replications").get<std::size_t>();
    plan.max_stretch = json.at("max_stretch").get<std::uint64_t>();
    plan.scenario_json = json.at("scenario").dump();
    if (json.contains("price_ns")) {
      plan.price = Duration(json.at("price_ns").get<std::int64_t>());
    }
    plan.choosing_runs = json.value("choosing_runs", std::size_t{0});
    for (const Json& point : json.at("points")) {
      plan.points.push_back({.label = point.at("label").get<std::string>(),
                             .overrides = point.at("overrides").get<std::vector<std::string>>(),
                             .baseline = point.at("baseline").get<bool>(),
                             .policy = point.value("policy", std::string())});
    }
  } catch (const Json::exception&) {
    return Error{"is no plan of a sweep"};
  }
  return plan;
}

}  // namespace bench
