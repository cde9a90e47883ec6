#include "bench/http_service.h"

#include <utility>

namespace bench {
namespace {

using batcher::geoapify::GeoapifyEndpoint;

batcher::Result<std::unique_ptr<mock_server::MockServer>> StartMock(
    const scenarios::Scenario& scenario, const HttpTarget& target) {
  mock_server::ServerOptions options{.service = scenario.server,
                                     .api_key = target.api_key,
                                     .seed = scenario.seed,
                                     .jobs = target.jobs,
                                     .holds_faults = target.holds_faults};
  options.limits.places.most = scenario.client.max_connections + 2;
  return mock_server::MockServer::Start(options);
}

}  // namespace

batcher::Result<HttpService> OpenHttpService(const scenarios::Scenario& scenario,
                                             HttpTarget target) {
  HttpService service;
  if (target.base_url.empty()) {
    target.api_key = "batchlab";
    auto started = StartMock(scenario, target);
    if (!started) {
      return started.error();
    }
    service.mock = *std::move(started);
    target.base_url = service.mock->origin();
  }
  auto endpoint = GeoapifyEndpoint::Create({.base_url = target.base_url,
                                            .api_key = target.api_key,
                                            .max_connections = scenario.client.max_connections,
                                            .attempt_timeout = scenario.client.attempt_timeout,
                                            .ca_file = target.ca_file,
                                            .send_ordinals = !target.live});
  if (!endpoint) {
    return endpoint.error();
  }
  service.endpoint = *std::move(endpoint);
  return service;
}

std::optional<batcher::Error> OpenConnections(GeoapifyEndpoint& endpoint, std::size_t connections,
                                              const std::stop_token& stop) {
  // A server that does not answer must not outlast the user's patience.
  const std::stop_callback give_up(stop, [&] { endpoint.RequestStop(); });
  const auto warmed = endpoint.Warm(connections);
  if (!warmed && !stop.stop_requested()) {
    return batcher::Error{"Connections could not be opened before the run: " +
                          warmed.error().message};
  }
  return std::nullopt;
}

batcher::WireOptions WithoutCost(batcher::WireOptions wire) {
  wire.cost = {};
  return wire;
}

}  // namespace bench
