#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "bench/exit_code.h"
#include "bench/metrics_options.h"
#include "bench/settings.h"

namespace bench {

// What a user of the command sees.
struct OutputOptions {
  bool json = false;   // run.json on standard output, of several runs a list; nothing else there
  bool quiet = false;  // nothing is printed, and no progress shown
};

struct RunOptions {
  ScenarioSettings settings;
  std::vector<std::string> engines = {"sim"};  // "sim", "http"
  std::string out;                             // the result directory; empty: results/runs/...
  std::string base_url;                        // for http; empty: a mock server of its own
  // Of sim beside http: charges only what the scenario says, and measures nothing for it.
  bool no_calibration = false;
  MetricsPlace metrics;  // of http
  OutputOptions output;
};

// `batchlab run`: one scenario, in one engine or in several side by side.
[[nodiscard]] ExitCode CommandRun(const RunOptions& options, const std::stop_token& stop);

}  // namespace bench
