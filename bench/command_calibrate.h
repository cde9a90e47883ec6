#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "bench/command_run.h"
#include "bench/exit_code.h"
#include "bench/settings.h"

namespace bench {

struct CalibrateOptions {
  ScenarioSettings settings;          // what is not measured; its server is what a mock here serves
  std::string engine = "http";        // who is asked, and how
  std::string base_url;               // empty: a mock server in this process
  std::optional<double> max_credits;  // none: no limit
  std::string addresses;              // a file of them; empty: made up
  std::string poll = "5ms";           // between two polls, on average
  std::string out;                    // the result directory; empty: results/runs/...
  OutputOptions output;
};

// `batchlab calibrate`: measures a service and makes the server of a scenario of it.
[[nodiscard]] ExitCode CommandCalibrate(const CalibrateOptions& options,
                                        const std::stop_token& stop);

}  // namespace bench
