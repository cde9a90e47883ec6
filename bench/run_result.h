#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "bench/progress.h"
#include "mock_server/fault_log.h"
#include "results/lib/ledger.h"
#include "results/lib/summary.h"

namespace bench {

// What putting a scenario to work has given.
struct RunResult {
  results::Ledger ledger = {};  // sorted; times count from the start of the arrivals
  results::SummaryExtras extras = {};
  std::uint64_t submitted = 0;  // calls that arrived
  bool virtual_time = false;
  bool interrupted = false;  // arrivals were stopped before their end
  // The longest time for which this machine did not run a thread that was to run; none in virtual
  // time.
  std::optional<batcher::Duration> longest_stall = {};
  // Work that the service's workers were given, and HTTP requests that it answered with 429, less
  // those on purpose; none: it is not ours, so we don't know.
  std::optional<batcher::Duration> service_work = {};
  std::optional<std::uint64_t> refused = {};
  // What the service did wrong on purpose; none: nothing, or it is not ours.
  std::optional<mock_server::FaultLog> faults = {};
  // What must hold in every run and did not, as far as the ledger does not tell it.
  std::vector<std::string> violations = {};
  std::vector<std::string> notes = {};  // sentences for the reader: what was odd
};

// What a run listens to and speaks to besides its scenario.
struct RunControl {
  std::stop_token stop = {};     // ends the arrivals
  Progress* progress = nullptr;  // none: silent
};

}  // namespace bench
