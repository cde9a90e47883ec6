#pragma once

#include <stop_token>
#include <string>

#include "bench/command_run.h"
#include "bench/exit_code.h"
#include "bench/metrics_options.h"
#include "bench/settings.h"

namespace bench {

struct SoakOptions {
  ScenarioSettings settings;   // its short form of the window is `windows` here
  std::string length = "10m";  // --for
  std::string windows;         // --window: values or a range; empty: the scenario's policy
  std::string dwell = "30s";   // how long each is in force
  std::string base_url;        // empty: a mock server in this process
  MetricsPlace metrics;
  std::string out;  // the result directory; empty: results/runs/...
  OutputOptions output;
};

// `batchlab soak`: a scenario over HTTP for a long time, the window stepped while it runs.
[[nodiscard]] ExitCode CommandSoak(const SoakOptions& options, const std::stop_token& stop);

}  // namespace bench
