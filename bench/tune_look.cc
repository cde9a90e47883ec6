#include "bench/tune_look.h"

#include <algorithm>

#include "bench/run_facts.h"
#include "bench/simulate.h"
#include "results/lib/summary.h"

namespace bench {

batcher::Result<std::optional<CloserLook>> LookCloser(const Candidate& candidate,
                                                      const TuneKnobs& knobs,
                                                      const TrialGround& ground,
                                                      const LookFor& wanted,
                                                      const std::stop_token& stop) {
  scenarios::Scenario scenario = With(candidate, knobs, ground.scenario);
  scenario.seed = ground.seeds.front();
  const auto run =
      Simulate(scenario, {.stop = stop}, ground.recorded ? &*ground.recorded : nullptr);
  if (!run) {
    return run.error();
  }
  if (run->interrupted) {
    return std::optional<CloserLook>();
  }
  const results::Summary summary = results::Summarise(run->ledger, run->extras);
  CloserLook look{.findings = FindingsOf(scenario, summary, FactsOf(scenario, *run, summary)),
                  .waiting = results::WaitingOf(run->ledger, summary)};
  for (const batcher::BatchRecord& batch : run->ledger.batches) {
    look.largest_batch = std::max<std::size_t>(look.largest_batch, batch.calls);
  }
  if (ground.recorded) {
    look.stretch = results::StretchOf(run->ledger, wanted.quantile);
  }
  if (wanted.price) {
    look.regret = results::RegretOf(run->ledger, *wanted.price);
  }
  return std::optional(std::move(look));
}

}  // namespace bench
