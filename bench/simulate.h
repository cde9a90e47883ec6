#pragma once

#include <optional>

#include "batcher/base/result.h"
#include "bench/run_result.h"
#include "results/lib/replication.h"
#include "scenarios/scenario.h"

namespace bench {

// Both put the scenario to work in virtual time: the real engine, the real flow of a batch, and the
// mock server's service model, without a thread or a wait. The same scenario and seed give the same
// records. An error is a file of the scenario that can't be read.

// Keeps every record.
[[nodiscard]] batcher::Result<RunResult> Simulate(const scenarios::Scenario& scenario,
                                                  const RunControl& control);

// Keeps sums and histograms only: memory does not grow with the calls. One of the runs of a sweep.
// None if a stop was requested before its end: a part of a run is no run.
[[nodiscard]] batcher::Result<std::optional<results::Replication>> SimulateInNumbers(
    const scenarios::Scenario& scenario, const RunControl& control);

// The engine of a scenario, as both worlds make it.
[[nodiscard]] batcher::EngineOptions EngineOptionsOf(const scenarios::Scenario& scenario);

}  // namespace bench
