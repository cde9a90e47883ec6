#pragma once

#include <stop_token>
#include <string>

#include "batcher/base/result.h"
#include "bench/progress.h"
#include "scenarios/scenario.h"

namespace bench {

// A scenario for the simulator's half of a twin run, in which the same is run over HTTP.
struct ChargedScenario {
  scenarios::Scenario scenario;
  std::string sentence;  // what it is charged, for people; empty: nothing was measured
};

// Measures what this machine costs, and has the scenario charge it where it says nothing itself. If
// another server than a mock in this process is asked (`base_url`), only the timers can be known.
// After a stop the scenario is left as it is. `progress` is drawn meanwhile; none: silent.
[[nodiscard]] batcher::Result<ChargedScenario> ChargeThisMachine(
    const scenarios::Scenario& scenario, const std::string& base_url, Progress* progress,
    const std::stop_token& stop);

}  // namespace bench
