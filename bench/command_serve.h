#pragma once

#include <stop_token>
#include <string>

#include "bench/exit_code.h"
#include "bench/settings.h"

namespace bench {

struct ServeOptions {
  ScenarioSettings settings;  // the file may be left out: then the default service
  int port = 8080;            // 0: a free one
  std::string bind = "127.0.0.1";
  std::string api_key;
  std::string public_url;
  std::string metrics;  // where /metrics is served; empty: nowhere
};

// `batchlab serve`: the mock server alone, until it is told to stop.
[[nodiscard]] ExitCode CommandServe(const ServeOptions& options, const std::stop_token& stop);

}  // namespace bench
