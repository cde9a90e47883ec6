#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
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

// The heading of what a log was looked at for.
inline constexpr std::string_view kCheckHeading = "check";

// A problem in the form that the search takes.
struct TuneInput {
  scenarios::Scenario scenario = {};     // the first; of a log: the defaults with its service
  std::vector<TrialGround> choose = {};  // where to choose
  std::vector<TrialGround> check = {};   // where to look whether it holds: as many
  TuneKnobs knobs = {};
  // From so many addresses on a batch is sooner than single calls: that of scenarios::BreakEven.
  std::optional<std::size_t> break_even = {};
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

}  // namespace bench
