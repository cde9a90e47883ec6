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
  bool no_report = false;  // no report.html beside the result
};

struct RunOptions {
  ScenarioSettings settings;
  std::vector<std::string> engines = {"sim"};  // "sim", "http", "live"
  std::string out;                             // the result directory; empty: results/runs/...
  // For http, empty: a mock server of its own; for live, empty: Geoapify.
  std::string base_url;
  std::string ca_file;      // PEM file of the authorities to trust for https; empty: the machine's
  std::string max_credits;  // as client.max_credits of the scenario; empty: as that says
  bool yes = false;         // sends to a live service without asking
  // Of sim beside http: charges only what the scenario says, and measures nothing for it.
  bool no_calibration = false;
  std::string price;     // of a batch, a duration; empty: that of the policy, if it has one
  MetricsPlace metrics;  // of http
  std::string perfetto;  // the file for the run on a time line; empty: none
  OutputOptions output;
};

// The settings of the scenario, with what other options say of it.
[[nodiscard]] ScenarioSettings SettingsOf(const RunOptions& options);

// `batchlab run`: one scenario, in one engine or in several side by side.
[[nodiscard]] ExitCode CommandRun(const RunOptions& options, const std::stop_token& stop);

}  // namespace bench
