#include "bench/simulate.h"

#include <utility>

#include "batcher/core/engine.h"
#include "batcher/runtime/virtual_world.h"
#include "bench/simulated_service.h"
#include "scenarios/arrivals.h"
#include "scenarios/keys.h"

namespace bench {

batcher::EngineOptions EngineOptionsOf(const scenarios::Scenario& scenario) {
  return {.queue = scenario.batcher,
          .wire = scenario.client,
          .has_single = true,
          .seed = scenario.seed};
}

batcher::Result<RunResult> Simulate(const scenarios::Scenario& scenario,
                                    const RunControl& control) {
  batcher::Result<scenarios::ArrivalStream> arrivals = scenarios::OpenArrivals(scenario);
  if (!arrivals) {
    return arrivals.error();
  }
  batcher::Result<scenarios::KeyStream> keys = scenarios::OpenKeys(scenario);
  if (!keys) {
    return keys.error();
  }
  RunResult result{.virtual_time = true};
  batcher::Engine engine(EngineOptionsOf(scenario));
  SimulatedService service(scenario, *keys);
  batcher::VirtualWorld world(engine, service, [&](const batcher::Effects& effects) {
    for (const batcher::EndedCall& ended : effects.calls) {
      result.ledger.calls.push_back(ended.record);
    }
    for (const batcher::EndedBatch& ended : effects.batches) {
      result.ledger.batches.push_back(ended.record);
    }
  });
  const bool visible = control.progress != nullptr && control.progress->visible();
  world.Run([&]() -> std::optional<batcher::VirtualArrival> {
    if (control.stop.stop_requested()) {
      result.interrupted = true;
      return std::nullopt;
    }
    const std::optional<scenarios::Arrival> arrival = arrivals->Next();
    if (!arrival) {
      return std::nullopt;
    }
    ++result.submitted;
    if (visible) {
      control.progress->Update(arrivals->ShareDone(arrival->at));
    }
    if (arrival->burst != scenarios::kNoBurst) {
      result.extras.burst_of_call.push_back(arrival->burst);
    }
    return batcher::VirtualArrival{
        .at = arrival->at, .call = arrival->ordinal, .key = keys->Next(), .bytes = 0};
  });
  results::SortLedger(result.ledger);
  return result;
}

}  // namespace bench
