#pragma once

#include "bench/findings.h"
#include "results/lib/ledger.h"

namespace bench {

// What polls at the times of `poll` would have cost for the batches of a run: the flow of each is
// played anew against the time at which its answer was ready. About what another run would show, as
// batches that end sooner make room for others sooner.
[[nodiscard]] PollCost PollCostOf(const batcher::Choice& poll, const scenarios::Scenario& scenario,
                                  const results::Ledger& ledger);

// Sets polls_per_batch and, if there is one, better_polls: of a few schedules the one by which
// answers wait the shortest among those that need about as many polls as the run's own, or else
// among those that need more. Both are left out of runs with too few batches that were polled.
// `waited`: the mean wait of an answer in the run itself.
void AddPolls(const scenarios::Scenario& scenario, const results::Ledger& ledger,
              batcher::Duration waited, RunFacts& facts);

}  // namespace bench
