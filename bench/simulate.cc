#include "bench/simulate.h"

#include <optional>

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

namespace {

// The calls of a scenario as the virtual world takes them. `Arrived` is told of each.
template <class Arrived>
class ScenarioCalls {
 public:
  ScenarioCalls(scenarios::ArrivalStream& arrivals, scenarios::KeyStream& keys,
                const RunControl& control, const Arrived& arrived)
      : arrivals_(arrivals), keys_(keys), control_(control), arrived_(arrived) {
    visible_ = control.progress != nullptr && control.progress->visible();
  }

  batcher::Instant next_at() {
    const batcher::Instant at = arrivals_.next_at();
    if (at != batcher::kNever && control_.stop.stop_requested()) {
      stopped_ = true;
      return batcher::kNever;
    }
    return at;
  }

  batcher::VirtualArrival Take() {
    const scenarios::Arrival arrival = arrivals_.Take();
    arrived_(arrival);
    if (visible_) {
      control_.progress->Update(arrivals_.ShareDone(arrival.at));
    }
    return {.at = arrival.at, .call = arrival.ordinal, .key = keys_.Next()};
  }

  // Whether a stop left calls out.
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  scenarios::ArrivalStream& arrivals_;
  scenarios::KeyStream& keys_;
  const RunControl& control_;
  const Arrived& arrived_;
  bool visible_ = false;
  bool stopped_ = false;
};

// Runs the scenario. `arrived(arrival)` is told of each call, `happened(effects)` of what comes of
// the events. Whether all calls arrived: false after a stop.
template <class Arrived, class Happened>
batcher::Result<bool> RunWorld(const scenarios::Scenario& scenario, const RunControl& control,
                               const Arrived& arrived, const Happened& happened) {
  batcher::Result<scenarios::ArrivalStream> arrivals = scenarios::OpenArrivals(scenario);
  if (!arrivals) {
    return arrivals.error();
  }
  batcher::Result<scenarios::KeyStream> keys = scenarios::OpenKeys(scenario);
  if (!keys) {
    return keys.error();
  }
  batcher::Engine engine(EngineOptionsOf(scenario));
  SimulatedService service(scenario, *keys);
  const auto sink = [&](const batcher::Effects& effects) {
    happened(effects);
    if (arrivals->waits()) {
      for (const batcher::EndedCall& ended : effects.calls) {
        arrivals->Ended(ended.record.call, ended.record.delivered);
      }
    }
  };
  batcher::VirtualWorld world(engine, service, sink, scenario.timer_lag);
  ScenarioCalls calls(*arrivals, *keys, control, arrived);
  world.Run(calls);
  return !calls.stopped();
}

}  // namespace

batcher::Result<RunResult> Simulate(const scenarios::Scenario& scenario,
                                    const RunControl& control) {
  RunResult result{.virtual_time = true};
  const batcher::Result<bool> all_arrived = RunWorld(
      scenario, control,
      [&](const scenarios::Arrival& arrival) {
        ++result.submitted;
        result.extras.burst_of_call.push_back(arrival.burst);
      },
      [&](const batcher::Effects& effects) {
        for (const batcher::EndedCall& ended : effects.calls) {
          result.ledger.calls.push_back(ended.record);
        }
        for (const batcher::EndedBatch& ended : effects.batches) {
          result.ledger.batches.push_back(ended.record);
        }
      });
  if (!all_arrived) {
    return all_arrived.error();
  }
  result.interrupted = !*all_arrived;
  results::SortLedger(result.ledger);
  return result;
}

batcher::Result<std::optional<results::Replication>> SimulateInNumbers(
    const scenarios::Scenario& scenario, const RunControl& control) {
  results::ReplicationTally tally(scenarios::IsStationary(scenario.arrivals));
  const batcher::Result<bool> all_arrived = RunWorld(
      scenario, control,
      [&](const scenarios::Arrival& arrival) { tally.Arrive(arrival.ordinal, arrival.burst); },
      [&](const batcher::Effects& effects) {
        for (const batcher::EndedCall& ended : effects.calls) {
          tally.End(ended.record);
        }
        for (const batcher::EndedBatch& ended : effects.batches) {
          tally.End(ended.record);
        }
      });
  if (!all_arrived) {
    return all_arrived.error();
  }
  if (!*all_arrived) {
    return std::optional<results::Replication>();
  }
  return std::optional(tally.Finish());
}

}  // namespace bench
