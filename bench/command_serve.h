#pragma once

#include <stop_token>
#include <string>

#include "bench/exit_code.h"
#include "bench/settings.h"
#include "mock_server/http_limits.h"
#include "mock_server/job_store.h"

namespace bench {

struct ServeOptions {
  ScenarioSettings settings;  // the file may be left out: then the default service
  int port = 8080;            // 0: a free one
  std::string bind = "127.0.0.1";
  std::string api_key;
  std::string public_url;
  std::string metrics;  // where /metrics is served; empty: nowhere
  mock_server::HttpLimits limits;
  mock_server::JobLimits jobs;
  // Of the two above, as durations with a unit.
  std::string patience = "10s";
  std::string idle_limit = "1h";
  std::string job_retention = "24h";
};

// `batchlab serve`: the mock server alone, until it is told to stop.
[[nodiscard]] ExitCode CommandServe(const ServeOptions& options, const std::stop_token& stop);

}  // namespace bench
