#include "bench/simulate.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "batcher/core/engine.h"
#include "batcher/geoapify/codec.h"
#include "batcher/runtime/virtual_world.h"
#include "bench/recorder.h"
#include "bench/run_facts.h"
#include "bench/simulated_service.h"
#include "results/lib/littles_law.h"
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

// The calls of a scenario as the virtual world takes them. `Keeper` is told of each.
template <class Keeper>
class ScenarioCalls {
 public:
  ScenarioCalls(RecordedCalls& calls, const scenarios::Scenario& scenario,
                const RunControl& control, Keeper& keeper)
      : arrivals_(calls.arrivals),
        keys_(calls.keys),
        rules_(scenario.calls),
        weighs_(scenario.batcher.max_bytes.has_value()),
        control_(control),
        keeper_(keeper) {
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
    keeper_.Arrive(arrival.ordinal, arrival.burst);
    ++taken_;
    if (visible_) {
      control_.progress->Update(arrivals_.ShareDone(arrival.at));
    }
    const std::uint64_t key = keys_.Next();
    return {.at = arrival.at,
            .call = arrival.ordinal,
            .key = key,
            .bytes = weighs_ ? batcher::geoapify::BytesInBatch(keys_.KeyText(key)) : 0,
            .deadline = scenarios::After(rules_.deadline, arrival.at),
            .cancel_at = scenarios::After(rules_.cancel_after, arrival.at)};
  }

  [[nodiscard]] std::uint64_t taken() const { return taken_; }
  // Whether a stop left calls out.
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  scenarios::ArrivalStream& arrivals_;
  scenarios::KeyStream& keys_;
  const scenarios::CallRules& rules_;
  bool weighs_;  // whether the length of an address matters
  const RunControl& control_;
  Keeper& keeper_;
  std::uint64_t taken_ = 0;
  bool visible_ = false;
  bool stopped_ = false;
};

batcher::Result<RecordedCalls> CallsOf(const scenarios::Scenario& scenario,
                                       const RecordedCalls* recorded) {
  if (recorded != nullptr) {
    return *recorded;
  }
  batcher::Result<scenarios::ArrivalStream> arrivals = scenarios::OpenArrivals(scenario);
  if (!arrivals) {
    return arrivals.error();
  }
  batcher::Result<scenarios::KeyStream> keys = scenarios::OpenKeys(scenario);
  if (!keys) {
    return keys.error();
  }
  return RecordedCalls{.arrivals = *std::move(arrivals), .keys = *std::move(keys)};
}

struct WorldEnd {
  std::uint64_t submitted = 0;
  bool stopped = false;  // before all calls had arrived
  batcher::Duration service_work{0};
  std::uint64_t refused = 0;
  std::optional<mock_server::FaultLog> faults = {};
  std::uint64_t mismatches = 0;
  std::vector<std::string> violations = {};
};

// Runs the scenario. `keeper` is told of what arrives and what ends: it has the functions
// Arrive(call, burst), End(call record) and End(batch record).
template <class Keeper>
WorldEnd RunWorld(const scenarios::Scenario& scenario, RecordedCalls recorded,
                  const RunControl& control, Keeper& keeper) {
  batcher::Engine engine(EngineOptionsOf(scenario));
  SimulatedService service(scenario, recorded.keys);
  std::uint64_t outcomes = 0;
  batcher::Occupancy stays;
  const auto sink = [&](const batcher::Effects& effects) {
    outcomes += effects.calls.size();
    for (const batcher::EndedCall& ended : effects.calls) {
      keeper.End(ended.record);
      results::AddStay(ended.record, stays);
      recorded.arrivals.Ended(ended.record.call, ended.record.delivered);
    }
    for (const batcher::EndedBatch& ended : effects.batches) {
      keeper.End(ended.record);
      results::AddStay(ended.record, stays);
    }
  };
  batcher::VirtualWorld world(engine, service, sink, scenario.timer_lag);
  ScenarioCalls calls(recorded, scenario, control, keeper);
  world.Run(calls);
  WorldEnd end{.submitted = calls.taken(),
               .stopped = calls.stopped(),
               .service_work = batcher::Duration(service.work_done().service_ns),
               .refused = service.refused(),
               .mismatches = service.mismatches(),
               .violations = results::LittlesLawViolations(world.occupancy(), stays)};
  if (!scenario.server.faults.empty()) {
    end.faults = service.faults();
  }
  if (outcomes != end.submitted) {
    end.violations.push_back(
        fmt::format("{} calls came, {} have an outcome", end.submitted, outcomes));
  }
  if (const auto violation = BusyTimeViolation(service.work_done())) {
    end.violations.push_back(*violation);
  }
  return end;
}

// Keeps every record.
struct WholeLedger {
  void Arrive(std::uint64_t /*call*/, std::uint32_t burst) { burst_of_call.push_back(burst); }
  void End(const batcher::CallRecord& call) { ledger.calls.push_back(call); }
  void End(const batcher::BatchRecord& batch) { ledger.batches.push_back(batch); }

  results::Ledger ledger;
  std::vector<std::uint32_t> burst_of_call;
};

// Passes the records on.
struct PassedOn {
  void Arrive(std::uint64_t /*call*/, std::uint32_t /*burst*/) {}
  template <class Record>
  void End(const Record& record) {
    keeper.End(record);
  }

  RecordKeeper& keeper;
};

}  // namespace

std::optional<std::string> BusyTimeViolation(const mock_server::WorkDone& work) {
  if (work.busy_ns == work.service_ns) {
    return std::nullopt;
  }
  return fmt::format("the service's workers were busy for {} ns with work of {} ns", work.busy_ns,
                     work.service_ns);
}

batcher::Result<RunResult> Simulate(const scenarios::Scenario& scenario, const RunControl& control,
                                    const RecordedCalls* recorded) {
  batcher::Result<RecordedCalls> calls = CallsOf(scenario, recorded);
  if (!calls) {
    return calls.error();
  }
  WholeLedger whole;
  WorldEnd end = RunWorld(scenario, *std::move(calls), control, whole);
  results::SortLedger(whole.ledger);
  RunResult result{.ledger = std::move(whole.ledger),
                   .submitted = end.submitted,
                   .virtual_time = true,
                   .interrupted = end.stopped,
                   .service_work = end.service_work,
                   .refused = end.refused,
                   .faults = std::move(end.faults),
                   .violations = std::move(end.violations)};
  result.extras.burst_of_call = std::move(whole.burst_of_call);
  if (end.mismatches > 0) {
    result.notes.push_back(MismatchNote(end.mismatches));
  }
  return result;
}

batcher::Result<std::optional<SimulatedNumbers>> SimulateInNumbers(
    const scenarios::Scenario& scenario, const RunControl& control, const RecordedCalls* recorded,
    std::optional<batcher::Duration> price) {
  batcher::Result<RecordedCalls> calls = CallsOf(scenario, recorded);
  if (!calls) {
    return calls.error();
  }
  results::ReplicationTally tally(recorded == nullptr && scenarios::IsStationary(scenario.arrivals),
                                  RegretTallyOf(scenario, price));
  WorldEnd end = RunWorld(scenario, *std::move(calls), control, tally);
  if (end.stopped) {
    return std::optional<SimulatedNumbers>();
  }
  return std::optional(
      SimulatedNumbers{.replication = tally.Finish(), .violations = std::move(end.violations)});
}

batcher::Result<std::optional<std::vector<std::string>>> SimulateInto(
    const scenarios::Scenario& scenario, const RunControl& control, RecordKeeper& keeper) {
  batcher::Result<RecordedCalls> calls = CallsOf(scenario, nullptr);
  if (!calls) {
    return calls.error();
  }
  PassedOn passed_on{.keeper = keeper};
  WorldEnd end = RunWorld(scenario, *std::move(calls), control, passed_on);
  if (end.stopped) {
    return std::optional<std::vector<std::string>>();
  }
  return std::optional(std::move(end.violations));
}

}  // namespace bench
