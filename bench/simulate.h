#pragma once

#include "batcher/base/result.h"
#include "bench/run_result.h"
#include "scenarios/scenario.h"

namespace bench {

// Puts the scenario to work in virtual time: the real engine, the real flow of a batch, and the
// mock server's service model, without a thread or a wait. The same scenario and seed give the same
// ledger. An error is a file of the scenario that can't be read.
[[nodiscard]] batcher::Result<RunResult> Simulate(const scenarios::Scenario& scenario,
                                                  const RunControl& control);

// The engine of a scenario, as both worlds make it.
[[nodiscard]] batcher::EngineOptions EngineOptionsOf(const scenarios::Scenario& scenario);

}  // namespace bench
