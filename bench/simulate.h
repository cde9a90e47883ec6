#pragma once

#include <optional>
#include <string>
#include <vector>

#include "batcher/base/result.h"
#include "batcher/core/records.h"
#include "bench/run_result.h"
#include "mock_server/service_model.h"
#include "results/lib/replication.h"
#include "scenarios/arrivals.h"
#include "scenarios/keys.h"
#include "scenarios/scenario.h"

namespace bench {

// Calls that are at hand, in place of the arrivals and keys of a scenario.
struct RecordedCalls {
  scenarios::ArrivalStream arrivals;
  scenarios::KeyStream keys;
};

// Both put the scenario to work in virtual time: the real engine, the real flow of a batch, and the
// mock server's service model, without a thread or a wait. The same scenario and seed give the same
// records. `recorded`: the calls, if not those of the scenario. An error is a file of the scenario
// that can't be read.

// Keeps every record.
[[nodiscard]] batcher::Result<RunResult> Simulate(const scenarios::Scenario& scenario,
                                                  const RunControl& control,
                                                  const RecordedCalls* recorded = nullptr);

// One of the runs of a sweep.
struct SimulatedNumbers {
  results::Replication replication = {};
  std::vector<std::string> violations = {};  // what must hold in every run and did not
};

// Keeps sums and histograms only: memory does not grow with the calls. None if a stop was requested
// before its end: a part of a run is no run. With a price (see RegretTallyOf) 8 bytes of each call
// are kept too.
[[nodiscard]] batcher::Result<std::optional<SimulatedNumbers>> SimulateInNumbers(
    const scenarios::Scenario& scenario, const RunControl& control,
    const RecordedCalls* recorded = nullptr, std::optional<batcher::Duration> price = std::nullopt);

// Is told of every record as it ends, in virtual time.
class RecordKeeper {
 public:
  virtual ~RecordKeeper() = default;
  virtual void End(const batcher::CallRecord& call) = 0;
  virtual void End(const batcher::BatchRecord& batch) = 0;
};

// Keeps nothing itself. Answers what must hold in every run and did not; none if a stop was
// requested before its end.
[[nodiscard]] batcher::Result<std::optional<std::vector<std::string>>> SimulateInto(
    const scenarios::Scenario& scenario, const RunControl& control, RecordKeeper& keeper);

// A sentence if the service's workers were busy for another time than they were given work for.
[[nodiscard]] std::optional<std::string> BusyTimeViolation(const mock_server::WorkDone& work);

// The engine of a scenario, as both worlds make it.
[[nodiscard]] batcher::EngineOptions EngineOptionsOf(const scenarios::Scenario& scenario);

}  // namespace bench
