#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "batcher/base/result.h"
#include "bench/exit_code.h"
#include "bench/service_timings.h"
#include "bench/settings.h"
#include "bench/tune_trials.h"
#include "scenarios/call_log.h"
#include "scenarios/scenario.h"

namespace bench {

// What tune is given: a log of calls and the times of a service, or scenarios.
struct TuneSources {
  std::vector<std::string> files = {};  // scenarios
  scenarios::CallLogOptions log = {};   // path empty: none
  std::string service = {};             // sizes.csv, batches.csv or a scenario; empty: defaults
  std::vector<std::string> slo = {};    // besides those of the scenarios
  std::vector<std::string> sets = {};   // --set path=value, on all
  std::string seed = {};
  bool extrapolate = false;  // batches may be larger than any that was timed
};

// The calls of a log in the parts that tune works with.
struct LoggedCalls {
  scenarios::CallLog log = {};
  std::size_t chosen_on = 0;  // as many calls, the first 70 %, are chosen on
};

// A problem in the form that the search takes.
struct TuneInput {
  scenarios::Scenario scenario = {};     // the first; of a log: the defaults with its service
  std::vector<TrialGround> choose = {};  // where to choose
  std::vector<TrialGround> check = {};   // where to look whether it holds: as many
  TuneKnobs knobs = {};
  std::optional<LoggedCalls> calls = {};     // none: scenarios
  std::optional<ServiceInput> service = {};  // as it was read, if it was given
  // Lines about what was read: a name and what is told of it.
  std::vector<std::pair<std::string, std::string>> headings = {};
  std::vector<std::string> warnings = {};
  std::optional<std::string> misleads =
      {};  // why a replay of this log says nothing of other windows
};

// Why there is nothing to work with.
struct TuneProblem {
  ExitCode code = ExitCode::kUsage;
  std::string message;
};

using TuneInputOrProblem = std::variant<TuneInput, TuneProblem>;

[[nodiscard]] TuneInputOrProblem ReadTuneInput(const TuneSources& sources);

// Calls of a log, from `first` on, as they are replayed: their times count from the first of them.
// With sessions whose answers are known, each call comes as long after the answer before it as it
// did.
[[nodiscard]] RecordedCalls Replayed(const scenarios::CallLog& log, std::size_t first,
                                     std::size_t count);

// More traffic of the same kind, in two ways.
enum class MoreTraffic {
  kFaster,  // the same calls in less time
  kCopies,  // that many logs at once, each shifted in time; of less than one, calls drawn from it
};
[[nodiscard]] RecordedCalls Scaled(const scenarios::CallLog& log, double factor, MoreTraffic how);

}  // namespace bench
