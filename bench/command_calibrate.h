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
  std::string engine = "http";        // "http", or "live": a service that charges and limits
  std::string base_url;               // empty: a mock server in this process; live: Geoapify
  std::string ca_file;                // see RunOptions
  std::optional<double> max_credits;  // none: no limit, but for live
  std::string addresses;              // a file of them; empty: made up, for live those shipped
  std::string poll;                   // between two polls, on average; empty: 5ms, for live 2s
  bool yes = false;                   // sends to a live service without asking
  std::string out;                    // the result directory; empty: results/runs/...
  OutputOptions output;
};

// `batchlab calibrate`: measures a service and makes the server of a scenario of it.
[[nodiscard]] ExitCode CommandCalibrate(const CalibrateOptions& options,
                                        const std::stop_token& stop);

}  // namespace bench
