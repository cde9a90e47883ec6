#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "batcher/base/result.h"
#include "batcher/core/options.h"
#include "batcher/geoapify/endpoint.h"
#include "mock_server/http_server.h"
#include "scenarios/scenario.h"

namespace bench {

struct HttpTarget {
  std::string base_url;  // empty: a mock server is started in this process
  std::string api_key;
  std::optional<std::string> ca_file = {};  // see GeoapifyOptions
  // A service that charges and limits: few connections are opened beforehand, and it is told
  // nothing of the harness.
  bool live = false;
  mock_server::JobLimits jobs = {};  // of the mock server
  bool holds_faults = false;         // as ServerOptions::holds_faults
};

// Who is asked over HTTP, and through what.
struct HttpService {
  std::unique_ptr<mock_server::MockServer> mock;  // none: somebody else's server is asked
  std::unique_ptr<batcher::geoapify::GeoapifyEndpoint> endpoint;
};

// The service of a scenario and the client's way to it. An error is what keeps either from
// starting.
[[nodiscard]] batcher::Result<HttpService> OpenHttpService(const scenarios::Scenario& scenario,
                                                           HttpTarget target);

// Opens and uses as many connections once, so that no call pays for it. Blocks until it is done or
// a stop is requested. None, or why it could not be done.
[[nodiscard]] std::optional<batcher::Error> OpenConnections(
    batcher::geoapify::GeoapifyEndpoint& endpoint, std::size_t connections,
    const std::stop_token& stop);

// The wire of a batcher in real time: sending costs what it costs, nothing is charged for it a
// second time.
[[nodiscard]] batcher::WireOptions WithoutCost(batcher::WireOptions wire);

}  // namespace bench
