#include "bench/drive_http.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "batcher/batcher.h"
#include "batcher/runtime/observer_list.h"
#include "bench/call_plan.h"
#include "bench/http_service.h"
#include "bench/load_generator.h"
#include "bench/mock_metrics.h"
#include "bench/recorder.h"
#include "bench/simulate.h"
#include "bench/watchdog.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Instant;
using batcher::geoapify::Place;

constexpr Duration kHeadStart = std::chrono::milliseconds(20);
constexpr Duration kDrainLimit = std::chrono::seconds(5);
constexpr int kTooManyRequests = 429;

// As many as can be under way at once, so that none is opened during the run.
std::size_t ConnectionsOf(const scenarios::Scenario& scenario, std::size_t calls) {
  const std::size_t slots = scenario.batcher.max_in_flight.value_or(calls);
  return std::max<std::size_t>(std::min({scenario.client.max_connections, slots, calls}), 1);
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
  batcher::Result<HttpService> service = OpenHttpService(scenario, options.target);
  if (!service) {
    return service.error();
  }
  mock_server::MockServer* const mock = service->mock.get();
  RunResult result;
  const std::size_t connections = ConnectionsOf(scenario, plan->most_at_once());
  if (const auto problem = OpenConnections(*service->endpoint, connections, control.stop)) {
    result.notes.push_back(problem->message);
  }
  const ShownMock shown(mock, options.mock_metrics);
  Recorder recorder;
  std::vector<batcher::Observer*> told = {&recorder};
  if (options.also != nullptr) {
    told.push_back(options.also);
  }
  batcher::ObserverList observers(told);
  Instant start;
  {
    GeoBatcher geocoder(std::move(service->endpoint), {.queue = scenario.batcher,
                                                       .wire = WithoutCost(scenario.client),
                                                       .seed = scenario.seed,
                                                       .clock = {},
                                                       .observer = &observers});
    WarmUp(geocoder, options.warm_up_items);
    if (mock != nullptr) {
      static_cast<void>(mock->TakeDelayErrors());  // of the calls before the run
    }
    const Watchdog watchdog;
    LoadGenerator generator(*plan, geocoder, options);
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
    result.service_work = Duration(mock->work_done().service_ns);
    result.refused = mock->counts().OfStatus(kTooManyRequests);
    if (const auto violation = BusyTimeViolation(mock->work_done())) {
      result.violations.push_back(*violation);
    }
  }
  std::ranges::move(recorder.Notes(), std::back_inserter(result.notes));
  return result;
}

}  // namespace bench
