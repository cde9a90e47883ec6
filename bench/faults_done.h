#pragma once

#include "mock_server/fault_log.h"
#include "results/lib/fault_story.h"
#include "results/lib/ledger.h"
#include "scenarios/scenario.h"

namespace bench {

// What was done wrong on purpose in a run of the scenario that gave `ledger`.
[[nodiscard]] results::FaultsDone FaultsDoneOf(const scenarios::Scenario& scenario,
                                               const mock_server::FaultLog& log,
                                               const results::Ledger& ledger);

}  // namespace bench
