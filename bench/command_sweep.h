#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "bench/command_run.h"
#include "bench/exit_code.h"
#include "bench/sweep_plan.h"

namespace bench {

struct SweepOptions {
  ScenarioSettings settings;  // its short forms are not used: they are axes here
  SweepAxes axes;
  std::string engine = "sim";               // or "http"
  std::optional<std::size_t> replications;  // none: 10, over HTTP 3
  std::optional<std::uint64_t> calls;       // of each run; none: 10,000 in virtual time
  bool calls_as_written = false;            // where `calls` is none: as the scenario has them
  std::size_t jobs = 0;                     // threads; 0: one for each core
  std::string price;                        // of a batch, a duration; empty: that of the policies
  std::string shard;                        // "i/n"; empty: all
  std::string resume;                       // the folder of a sweep that was begun
  std::vector<std::string> merge;           // the folders of all parts
  std::string out;                          // the result directory; empty: results/runs/...
  OutputOptions output;
};

// `batchlab sweep`: a scenario under many settings.
[[nodiscard]] ExitCode CommandSweep(const SweepOptions& options, const std::stop_token& stop);

}  // namespace bench
