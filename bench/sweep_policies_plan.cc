#include "bench/sweep_policies_plan.h"

#include <fmt/format.h>

#include "batcher/core/policy.h"
#include "bench/policy_grid.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Error;
using batcher::Result;
using namespace std::chrono_literals;

constexpr Duration kUsualPrice = 100ms;

Duration PriceInForce(const scenarios::Scenario& scenario, std::optional<Duration> price) {
  if (price) {
    return *price;
  }
  const auto own = TimeOf(scenario.batcher.policy, "price");
  return own && *own > Duration(0) ? *own : kUsualPrice;
}

}  // namespace

Result<SweepPlan> MakePoliciesPlan(const ScenarioSettings& settings, const SweepSize& size,
                                   std::optional<Duration> price) {
  const Result<scenarios::Scenario> scenario = LoadWith(settings);
  if (!scenario) {
    return scenario.error();
  }
  if (scenario->batcher.join_in_flight) {
    return Error{
        "batcher.join_in_flight: a call that joins a batch in flight needs no batch of its own, so "
        "costs can't be compared; wanted false with --policy all"};
  }
  const Duration in_force = PriceInForce(*scenario, price);
  if (in_force > kHighestGridPrice) {
    return Error{fmt::format("--price: found {}, wanted at most {} with --policy all",
                             batcher::FormatDuration(in_force),
                             batcher::FormatDuration(kHighestGridPrice))};
  }
  Result<SweepPlan> plan = PlanWithoutPoints(*scenario, size, "sim");
  if (!plan) {
    return plan.error();
  }
  plan->title = "policy";
  plan->max_stretch = 1;
  plan->price = in_force;
  plan->choosing_runs = size.replications / 2;
  for (const batcher::PolicyKind& policy : batcher::PolicyKinds()) {
    const std::string name(policy.spec.name);
    for (PolicySetting& setting : SettingsToTry(policy.spec, *scenario, in_force)) {
      plan->points.push_back({.label = name + (setting.text.empty() ? "" : " " + setting.text),
                              .overrides = std::move(setting.overrides),
                              .policy = name});
    }
  }
  for (std::size_t point = 0; point < plan->points.size(); ++point) {
    if (const auto one = ScenarioOf(*plan, point, plan->first_seed); !one) {
      return one.error();
    }
  }
  return plan;
}

bool AsksForAllPolicies(const ShortForms& forms) { return forms.policy == "all"; }

}  // namespace bench
