#pragma once

#include <optional>

#include "batcher/base/result.h"
#include "batcher/base/time.h"
#include "bench/settings.h"
#include "bench/sweep_plan.h"

namespace bench {

// `--policy all`: a sweep whose points are all settings of all policies (see SettingsToTry), policy
// by policy in the order of their registry, the usual setting of each first. Only batcher.policy
// differs between them, and runs are not lengthened, so that all meet the same calls. The first
// half of the runs of each point is for choosing. `price`: of a batch; none: that of the scenario's
// policy, or else 100ms. An error is one of the scenario, or a price beyond what can be tried.
[[nodiscard]] batcher::Result<SweepPlan> MakePoliciesPlan(const ScenarioSettings& settings,
                                                          const SweepSize& size,
                                                          std::optional<batcher::Duration> price);

// Whether that is what --policy asks for.
[[nodiscard]] bool AsksForAllPolicies(const ShortForms& forms);

}  // namespace bench
