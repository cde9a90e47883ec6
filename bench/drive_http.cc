#include "bench/drive_http.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "batcher/batcher.h"
#include "batcher/geoapify/endpoint.h"
#include "bench/call_plan.h"
#include "bench/load_generator.h"
#include "bench/recorder.h"
#include "bench/watchdog.h"
#include "mock_server/http_server.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Instant;
using batcher::geoapify::GeoapifyEndpoint;
using batcher::geoapify::Place;

constexpr Duration kHeadStart = std::chrono::milliseconds(20);
constexpr Duration kDrainLimit = std::chrono::seconds(5);

// As many as can be under way at once, so that none is opened during the run.
std::size_t ConnectionsOf(const scenarios::Scenario& scenario, std::size_t calls) {
  const std::size_t slots = scenario.batcher.max_in_flight.value_or(calls);
  return std::max<std::size_t>(std::min({scenario.client.max_connections, slots, calls}), 1);
}

batcher::Result<std::unique_ptr<mock_server::MockServer>> StartMock(
    const scenarios::Scenario& scenario, const std::string& api_key) {
  return mock_server::MockServer::Start({.service = scenario.server,
                                         .api_key = api_key,
                                         .seed = scenario.seed,
                                         .max_connections = scenario.client.max_connections + 2});
}

// Who is asked, and through what; the mock is none if somebody else's server is.
struct Service {
  std::unique_ptr<mock_server::MockServer> mock;
  std::unique_ptr<GeoapifyEndpoint> endpoint;
};

batcher::Result<Service> OpenService(const scenarios::Scenario& scenario, HttpTarget target) {
  Service service;
  if (target.base_url.empty()) {
    target.api_key = "batchlab";
    auto started = StartMock(scenario, target.api_key);
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
                                            .send_ordinals = true});
  if (!endpoint) {
    return endpoint.error();
  }
  service.endpoint = *std::move(endpoint);
  return service;
}

// Opens and uses each connection once, so that no call pays for it.
void OpenConnections(GeoapifyEndpoint& endpoint, std::size_t connections, const RunControl& control,
                     RunResult& result) {
  // A server that does not answer must not outlast the user's patience.
  const std::stop_callback give_up(control.stop, [&] { endpoint.RequestStop(); });
  const auto warmed = endpoint.Warm(connections);
  if (!warmed && !control.stop.stop_requested()) {
    result.notes.push_back("Connections could not be opened before the run: " +
                           warmed.error().message);
  }
}

void WarmUp(GeoBatcher& geocoder, std::size_t items) {
  std::vector<batcher::Pending<Place>> pending;
  for (std::size_t i = 0; i < items; ++i) {
    pending.push_back(geocoder.Get("warm-up " + std::to_string(i), {.call = kWarmUpCalls + i}));
  }
  for (batcher::Pending<Place>& one : pending) {
    one.Wait();
  }
}

}  // namespace

batcher::Result<RunResult> DriveHttp(const scenarios::Scenario& scenario,
                                     const HttpOptions& options, const RunControl& control) {
  batcher::Result<CallPlan> plan = CallPlan::Make(scenario);
  if (!plan) {
    return plan.error();
  }
  batcher::Result<Service> service = OpenService(scenario, options.target);
  if (!service) {
    return service.error();
  }
  mock_server::MockServer* const mock = service->mock.get();
  RunResult result;
  OpenConnections(*service->endpoint, ConnectionsOf(scenario, plan->most_at_once()), control,
                  result);
  Recorder recorder;
  Instant start;
  {
    GeoBatcher geocoder(std::move(service->endpoint), {.queue = scenario.batcher,
                                                       .wire = scenario.client,
                                                       .seed = scenario.seed,
                                                       .clock = {},
                                                       .observer = &recorder});
    WarmUp(geocoder, options.warm_up_items);
    if (mock != nullptr) {
      static_cast<void>(mock->TakeDelayErrors());  // of the calls before the run
    }
    const Watchdog watchdog;
    LoadGenerator generator(*plan, geocoder, recorder, options);
    start = geocoder.clock().Now() + kHeadStart;
    result.submitted = generator.Run(start, control);
    result.interrupted = generator.stopped();
    // The end of the arrivals is no drain: the last window runs its course.
    if (result.interrupted || !recorder.WaitFor(result.submitted, control.stop)) {
      result.interrupted = true;
      geocoder.Drain(kDrainLimit);
    }
    result.longest_stall = watchdog.LongestStall();
  }
  result.ledger = recorder.Take(start);
  result.extras.burst_of_call = plan->burst_of_call();
  if (mock != nullptr) {
    result.extras.server_delay_errors = mock->TakeDelayErrors();
  }
  std::ranges::move(recorder.Notes(), std::back_inserter(result.notes));
  return result;
}

}  // namespace bench
