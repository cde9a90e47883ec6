#pragma once

#include "bench/findings.h"
#include "bench/run_result.h"
#include "results/lib/replication.h"

namespace bench {

// The run as one of the replications of a sweep.
[[nodiscard]] results::Replication ReplicationOf(const scenarios::Scenario& scenario,
                                                 const RunResult& run);

// What else than its summary is to be known of a run. `run` must be what `scenario` has given, and
// `summary` its summary.
[[nodiscard]] RunFacts FactsOf(const scenarios::Scenario& scenario, const RunResult& run,
                               const results::Summary& summary);

}  // namespace bench
