#pragma once

#include <string>

#include "bench/sweep_plan.h"
#include "scenarios/scenario.h"

namespace bench {

// What a sweep of the scenario takes where nothing was asked for: 10 replications of 10,000 calls
// in virtual time; over HTTP 3, each as long as the scenario has it. Arrivals that are not
// stationary are always as many as they are.
[[nodiscard]] SweepSize UsualSize(const scenarios::Scenario& scenario, const std::string& engine);

}  // namespace bench
