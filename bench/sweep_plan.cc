#include "bench/sweep_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "batcher/base/random.h"
#include "batcher/core/policy.h"
#include "bench/demo_ways.h"
#include "bench/sweep_range.h"
#include "scenarios/arrivals.h"
#include "scenarios/dump.h"
#include "scenarios/load.h"

namespace bench {
namespace {

using batcher::Error;
using batcher::Result;
using Json = nlohmann::ordered_json;

constexpr std::size_t kMostPoints = 10'000;

// Several changes that go together, and how the row is called for them.
struct Choice {
  std::string label;
  std::vector<std::string> overrides;
};

struct Axis {
  std::string title;
  bool of_batcher = false;  // its values mean nothing to the baselines
  std::vector<Choice> choices;
};

Error Blame(std::string_view option, const Error& error) {
  return Error{fmt::format("{}: {}", option, error.message)};
}

std::string Joined(const std::string& first, const std::string& second) {
  return first + (first.empty() || second.empty() ? "" : ", ") + second;
}

// --sweep path=values.
Result<Axis> PathAxis(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return Error{fmt::format("--sweep: found \"{}\", wanted path=values", text)};
  }
  const std::string path = text.substr(0, equals);
  const auto values = ParseSweepValues(std::string_view(text).substr(equals + 1));
  if (!values) {
    return Blame("--sweep " + path, values.error());
  }
  Axis axis{.title = path,
            .of_batcher = path.starts_with("batcher.") || path.starts_with("client."),
            .choices = {}};
  for (const std::string& value : *values) {
    axis.choices.push_back({.label = value, .overrides = {fmt::format("{}={}", path, value)}});
  }
  return axis;
}

Result<Axis> FormAxis(std::string_view option, const std::string& text, bool of_batcher,
                      std::string ShortForms::*form) {
  const auto values = ParseSweepValues(text);
  if (!values) {
    return Blame(option, values.error());
  }
  Axis axis{.title = std::string(option.substr(2)), .of_batcher = of_batcher, .choices = {}};
  for (const std::string& value : *values) {
    ShortForms forms;
    forms.*form = value;
    axis.choices.push_back({.label = value, .overrides = OverridesOf(forms)});
  }
  return axis;
}

bool HasWindow(const std::string& policy) {
  const auto& kinds = batcher::PolicyKinds();
  return std::ranges::any_of(kinds, [&](const batcher::PolicyKind& kind) {
    return kind.spec.name == policy && kind.spec.Find("window") != nullptr;
  });
}

// Policies and windows are one axis: not every policy has a window.
Result<Axis> PolicyAxis(const ShortForms& forms) {
  if (forms.policy.empty()) {
    return FormAxis("--window", forms.window, true, &ShortForms::window);
  }
  const auto policies = ParseSweepValues(forms.policy);
  if (!policies) {
    return Blame("--policy", policies.error());
  }
  const auto windows =
      forms.window.empty() ? std::vector<std::string>{} : ParseSweepValues(forms.window);
  if (!windows) {
    return Blame("--window", windows.error());
  }
  Axis axis{
      .title = windows->empty() ? "policy" : "policy, window", .of_batcher = true, .choices = {}};
  for (const std::string& policy : *policies) {
    if (windows->empty() || !HasWindow(policy)) {
      axis.choices.push_back({.label = policy, .overrides = OverridesOf({.policy = policy})});
      continue;
    }
    for (const std::string& window : *windows) {
      axis.choices.push_back({.label = policies->size() == 1 && policy == "window"
                                           ? window
                                           : fmt::format("{} {}", policy, window),
                              .overrides = OverridesOf({.window = window, .policy = policy})});
    }
  }
  return axis;
}

// The axes from the outermost to the innermost.
Result<std::vector<Axis>> AxesOf(const SweepAxes& asked) {
  std::vector<Axis> axes;
  SweepAxes wanted = asked;
  ShortForms& forms = wanted.forms;
  if (forms.window.empty() && forms.policy.empty() && forms.rate.empty() && forms.poll.empty() &&
      wanted.paths.empty()) {
    forms.window = "1ms..500ms";
  }
  const auto add = [&](Result<Axis> axis) -> std::optional<Error> {
    if (!axis) {
      return axis.error();
    }
    axes.push_back(*std::move(axis));
    return std::nullopt;
  };
  std::optional<Error> error;
  if (!forms.rate.empty()) {
    error = add(FormAxis("--rate", forms.rate, false, &ShortForms::rate));
  }
  for (const std::string& path : wanted.paths) {
    error = error ? error : add(PathAxis(path));
  }
  if (!error && !forms.poll.empty()) {
    error = add(FormAxis("--poll", forms.poll, true, &ShortForms::poll));
  }
  if (!error && !(forms.window.empty() && forms.policy.empty())) {
    error = add(PolicyAxis(forms));
  }
  if (error) {
    return *error;
  }
  // What is not of the batcher goes outside, so that the baselines stand beside their like.
  std::stable_partition(axes.begin(), axes.end(),
                        [](const Axis& axis) { return !axis.of_batcher; });
  if (!axes.back().of_batcher) {  // the batcher as it is, beside the baselines
    axes.push_back({.title = {}, .of_batcher = true, .choices = {Choice{}}});
  }
  return axes;
}

// Each choice of the axes from `first` on, combined with `so_far`.
void Combine(const std::vector<Axis>& axes, std::size_t first, const SweepPoint& so_far,
             std::vector<SweepPoint>& points) {
  if (first == axes.size()) {
    points.push_back(so_far);
    return;
  }
  const bool inner_begins = axes[first].of_batcher && (first == 0 || !axes[first - 1].of_batcher);
  for (const Choice& choice : axes[first].choices) {
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

Result<SweepPlan> MakeSweepPlan(const ScenarioSettings& base, const SweepAxes& axes,
                                const SweepSize& size, const std::string& engine) {
  const Result<scenarios::Scenario> scenario = LoadWith(base);
  if (!scenario) {
    return scenario.error();
  }
  const Result<std::vector<Axis>> read = AxesOf(axes);
  if (!read) {
    return read.error();
  }
  Result<std::string> json = WithCalls(*scenario, size.calls);
  if (!json) {
    return json.error();
  }
  SweepPlan plan{.title = {},
                 .scenario_json = *std::move(json),
                 .points = {},
                 .engine = engine,
                 .first_seed = scenario->seed,
                 .replications = size.replications};
  std::size_t combinations = 1;
  for (const Axis& axis : *read) {
    plan.title = Joined(plan.title, axis.title);
    combinations *= axis.choices.size();
    if (combinations > kMostPoints) {
      return Error{fmt::format("the axes make more than {} points together", kMostPoints)};
    }
  }
  Combine(*read, 0, {}, plan.points);
  for (std::size_t point = 0; point < plan.points.size(); ++point) {
    if (const auto one = ScenarioOf(plan, point, plan.first_seed); !one) {
      return one.error();
    }
  }
  return plan;
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
  }
  const Json json = {{"title", plan.title},
                     {"engine", plan.engine},
                     {"first_seed", plan.first_seed},
                     {"replications", plan.replications},
                     {"max_stretch", plan.max_stretch},
                     {"points", std::move(points)},
                     {"scenario", Json::parse(plan.scenario_json)}};
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
    for (const Json& point : json.at("points")) {
      plan.points.push_back({.label = point.at("label").get<std::string>(),
                             .overrides = point.at("overrides").get<std::vector<std::string>>(),
                             .baseline = point.at("baseline").get<bool>()});
    }
  } catch (const Json::exception&) {
    return Error{"is no plan of a sweep"};
  }
  return plan;
}

}  // namespace bench
