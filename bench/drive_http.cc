#include "bench/drive_http.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "batcher/batcher.h"
#include "batcher/runtime/observer_list.h"
#include "bench/call_plan.h"
#include "bench/end_of_credits.h"
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
// A live service counts what opens the connections towards its rate limit: that second passes
// before the run.
constexpr std::size_t kLiveConnections = 4;
constexpr Duration kLiveHeadStart = std::chrono::milliseconds(1100);
// At an interrupt nothing that is queued is sent where that costs.
constexpr Duration kLiveDrainLimit{0};
constexpr int kTooManyRequests = 429;

// As many as can be under way at once, so that none is opened during the run.
std::size_t ConnectionsOf(const scenarios::Scenario& scenario, std::size_t calls, bool live) {
  const std::size_t slots = scenario.batcher.max_in_flight.value_or(calls);
  const std::size_t most = std::min({scenario.client.max_connections, slots, calls});
  return std::max<std::size_t>(live ? std::min(most, kLiveConnections) : most, 1);
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

// When the run starts, from which the faults of the mock, if there is one, count as well.
Instant StartRun(const GeoBatcher& geocoder, const HttpOptions& options,
                 mock_server::MockServer* mock) {
  const Instant start =
      geocoder.clock().Now() + (options.target.live ? kLiveHeadStart : kHeadStart);
  if (mock != nullptr) {
    static_cast<void>(mock->TakeDelayErrors());  // of the calls before the run
    mock->StartFaults(geocoder.clock().ToSteady(start));
  }
  return start;
}

// What the mock of this process knows of the run.
void TellOfMock(const scenarios::Scenario& scenario, mock_server::MockServer& mock,
                RunResult& result) {
  result.extras.server_delay_errors = mock.TakeDelayErrors();
  result.service_work = Duration(mock.work_done().service_ns);
  const mock_server::FaultLog faults = mock.faults();
  result.refused = mock.counts().OfStatus(kTooManyRequests) - faults.too_many_requests;
  if (!scenario.server.faults.empty()) {
    result.faults = faults;
  }
  if (const auto violation = BusyTimeViolation(mock.work_done())) {
    result.violations.push_back(*violation);
  }
}

void TellOfService(const scenarios::Scenario& scenario, mock_server::MockServer* mock,
                   RunResult& result) {
  if (mock != nullptr) {
    TellOfMock(scenario, *mock, result);
  } else if (!scenario.server.faults.empty()) {
    result.notes.emplace_back(
        "What somebody else's server does wrong on purpose (server.faults) is not known here.");
  }
}

// Who is told of what the batcher does. Only a live service's credits end a run.
std::vector<batcher::Observer*> ObserversOf(const HttpOptions& options, Recorder& recorder,
                                            EndOfCredits& end_of_credits) {
  std::vector<batcher::Observer*> told = {&recorder};
  if (options.target.live) {
    told.push_back(&end_of_credits);
  }
  if (options.also != nullptr) {
    told.push_back(options.also);
  }
  return told;
}

void AddNotes(const EndOfCredits& end_of_credits, const Recorder& recorder, RunResult& result) {
  if (!end_of_credits.message().empty()) {
    result.notes.push_back("Ended early after " + std::to_string(result.submitted) +
                           " calls: " + end_of_credits.message() + ".");
  }
  std::ranges::move(recorder.Notes(), std::back_inserter(result.notes));
}

}  // namespace

batcher::Result<RunResult> DriveHttp(const scenarios::Scenario& scenario,
                                     const HttpOptions& options, const RunControl& control) {
  batcher::Result<CallPlan> plan = CallPlan::Make(scenario);
  if (!plan) {
    return plan.error();
  }
  HttpTarget target = options.target;
  target.holds_faults = true;
  batcher::Result<HttpService> service = OpenHttpService(scenario, target);
  if (!service) {
    return service.error();
  }
  mock_server::MockServer* const mock = service->mock.get();
  RunResult result;
  const std::size_t connections =
      ConnectionsOf(scenario, plan->most_at_once(), options.target.live);
  if (const auto problem = OpenConnections(*service->endpoint, connections, control.stop)) {
    if (options.target.live) {
      return *problem;  // nothing has been paid for
    }
    result.notes.push_back(problem->message);
  }
  const ShownMock shown(mock, options.mock_metrics);
  Recorder recorder;
  EndOfCredits end_of_credits(control.stop);
  batcher::ObserverList observers(ObserversOf(options, recorder, end_of_credits));
  RunControl arrivals = control;
  if (options.target.live) {
    arrivals.stop = end_of_credits.token();
  }
  Instant start;
  {
    GeoBatcher geocoder(std::move(service->endpoint), {.queue = scenario.batcher,
                                                       .wire = WithoutCost(scenario.client),
                                                       .seed = scenario.seed,
                                                       .clock = {},
                                                       .observer = &observers});
    WarmUp(geocoder, options.warm_up_items);
    const Watchdog watchdog;
    LoadGenerator generator(*plan, geocoder, options);
    start = StartRun(geocoder, options, mock);
    result.submitted = generator.Run(start, arrivals);
    result.interrupted = generator.stopped() && control.stop.stop_requested();
    // The end of the arrivals is no drain: the last window runs its course.
    if (result.interrupted || !recorder.WaitFor(result.submitted, control.stop)) {
      result.interrupted = true;
      geocoder.Drain(options.target.live ? kLiveDrainLimit : kDrainLimit);
    }
    result.longest_stall = watchdog.LongestStall();
  }
  result.ledger = recorder.Take(start);
  result.extras.burst_of_call = plan->burst_of_call();
  TellOfService(scenario, mock, result);
  AddNotes(end_of_credits, recorder, result);
  return result;
}

}  // namespace bench
