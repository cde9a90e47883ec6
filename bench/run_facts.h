#pragma once

#include <optional>

#include "bench/findings.h"
#include "bench/run_result.h"
#include "results/lib/replication.h"

namespace bench {

// What holds a run of the scenario against the least cost at a price of a batch, above 0. None: no
// price, or calls may join a batch in flight.
[[nodiscard]] std::optional<results::RegretTally> RegretTallyOf(
    const scenarios::Scenario& scenario, std::optional<batcher::Duration> price);

// The run as one of the replications of a sweep; `price` as above.
[[nodiscard]] results::Replication ReplicationOf(
    const scenarios::Scenario& scenario, const RunResult& run,
    std::optional<batcher::Duration> price = std::nullopt);

// What else than its summary is to be known of a run. `run` must be what `scenario` has given, and
// `summary` its summary.
[[nodiscard]] RunFacts FactsOf(const scenarios::Scenario& scenario, const RunResult& run,
                               const results::Summary& summary);

}  // namespace bench
