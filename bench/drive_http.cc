#include "bench/drive_http.h"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "batcher/batcher.h"
#include "batcher/geoapify/endpoint.h"
#include "batcher/runtime/timer_slack.h"
#include "bench/recorder.h"
#include "bench/watchdog.h"
#include "mock_server/http_server.h"
#include "scenarios/arrivals.h"
#include "scenarios/keys.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Instant;
using batcher::geoapify::GeoapifyEndpoint;
using batcher::geoapify::Place;
using GeoBatcher = batcher::Batcher<std::string, Place>;

constexpr Duration kHeadStart = std::chrono::milliseconds(20);
constexpr Duration kDrainLimit = std::chrono::seconds(5);
constexpr Duration kProgressEvery = std::chrono::milliseconds(100);

struct PlannedCall {
  Instant at;
  std::string key;
};

// All calls of a run, made before its start so that making them delays none of them.
struct Plan {
  std::vector<PlannedCall> calls;
  std::vector<std::uint32_t> burst_of_call;
};

batcher::Result<Plan> MakePlan(const scenarios::Scenario& scenario) {
  batcher::Result<scenarios::ArrivalStream> arrivals = scenarios::OpenArrivals(scenario);
  if (!arrivals) {
    return arrivals.error();
  }
  batcher::Result<scenarios::KeyStream> keys = scenarios::OpenKeys(scenario);
  if (!keys) {
    return keys.error();
  }
  Plan plan;
  while (const std::optional<scenarios::Arrival> arrival = arrivals->Next()) {
    plan.calls.push_back({.at = arrival->at, .key = keys->KeyText(keys->Next())});
    plan.burst_of_call.push_back(arrival->burst);
  }
  return plan;
}

// The calls of a run: submits each when the plan wants it.
class Generator {
 public:
  Generator(GeoBatcher& geocoder, Recorder& recorder, const HttpOptions& options)
      : geocoder_(geocoder), recorder_(recorder), options_(options) {}

  // How many calls were submitted: all, unless a stop is requested.
  std::uint64_t Run(Plan& plan, Instant start, const RunControl& control) {
    batcher::UseFinestTimers();
    std::uint64_t call = 0;
    for (PlannedCall& planned : plan.calls) {
      const Instant at = start + planned.at.time_since_epoch();
      if (!WaitUntil(at, control, plan.calls.back().at, start)) {
        return call;
      }
      Submit(call++, std::move(planned.key), at);
    }
    return call;
  }

 private:
  // False if a stop is requested first.
  bool WaitUntil(Instant at, const RunControl& control, Instant last, Instant start) {
    while (true) {
      const Instant now = geocoder_.clock().Now();
      if (control.stop.stop_requested()) {
        return false;
      }
      if (now >= at) {
        return true;
      }
      Instant until = at;
      if (control.progress != nullptr && control.progress->visible()) {
        control.progress->Update(
            batcher::ToSeconds(now - start) /
            batcher::ToSeconds(std::max(last.time_since_epoch(), Duration(1))));
        until = std::min(at, now + kProgressEvery);
      }
      std::unique_lock lock(mutex_);
      wait_.wait_until(lock, control.stop, geocoder_.clock().ToSteady(until), [] { return false; });
    }
  }

  void Submit(std::uint64_t call, std::string key, Instant intended) {
    geocoder_.Submit(std::move(key),
                     [this, call, intended](const batcher::Answer<Place>& answer) {
                       if (answer.outcome == batcher::Outcome::kRejectedQueueFull) {
                         RecordRefused(call, intended);
                       }
                       if (options_.on_answer) {
                         options_.on_answer(call, answer);
                       }
                     },
                     {.call = call, .bytes = 0, .intended = intended});
  }

  // Such a call ends within Submit, unseen by the batcher's observer.
  void RecordRefused(std::uint64_t call, Instant intended) {
    const Instant now = std::max(geocoder_.clock().Now(), intended);
    batcher::CallRecord record{.call = call, .outcome = batcher::Outcome::kRejectedQueueFull};
    for (const auto& stamp : results::kCallStamps) {
      record.*stamp.at = now;
    }
    record.intended = intended;
    recorder_.AddRefused(record);
  }

  GeoBatcher& geocoder_;
  Recorder& recorder_;
  const HttpOptions& options_;
  std::mutex mutex_;
  std::condition_variable_any wait_;
};

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
  batcher::Result<Plan> plan = MakePlan(scenario);
  if (!plan) {
    return plan.error();
  }
  std::unique_ptr<mock_server::MockServer> mock;
  HttpTarget target = options.target;
  if (target.base_url.empty()) {
    target.api_key = "batchlab";
    auto started = StartMock(scenario, target.api_key);
    if (!started) {
      return started.error();
    }
    mock = *std::move(started);
    target.base_url = mock->origin();
  }
  auto endpoint = GeoapifyEndpoint::Create({.base_url = target.base_url,
                                            .api_key = target.api_key,
                                            .max_connections = scenario.client.max_connections,
                                            .attempt_timeout = scenario.client.attempt_timeout,
                                            .send_ordinals = true});
  if (!endpoint) {
    return endpoint.error();
  }
  RunResult result;
  const auto warmed = [&] {
    // A server that does not answer must not outlast the user's patience.
    const std::stop_callback give_up(control.stop, [&] { (*endpoint)->RequestStop(); });
    return (*endpoint)->Warm(ConnectionsOf(scenario, plan->calls.size()));
  }();
  if (!warmed && !control.stop.stop_requested()) {
    result.notes.push_back("Connections could not be opened before the run: " +
                           warmed.error().message);
  }
  Recorder recorder;
  Instant start;
  {
    GeoBatcher geocoder(*std::move(endpoint), {.queue = scenario.batcher,
                                               .wire = scenario.client,
                                               .seed = scenario.seed,
                                               .clock = {},
                                               .observer = &recorder});
    WarmUp(geocoder, options.warm_up_items);
    if (mock != nullptr) {
      static_cast<void>(mock->TakeDelayErrors());  // of the calls before the run
    }
    const Watchdog watchdog;
    Generator generator(geocoder, recorder, options);
    start = geocoder.clock().Now() + kHeadStart;
    result.submitted = generator.Run(*plan, start, control);
    result.interrupted = result.submitted < plan->calls.size();
    // The end of the arrivals is no drain: the last window runs its course.
    if (result.interrupted || !recorder.WaitFor(result.submitted, control.stop)) {
      result.interrupted = true;
      geocoder.Drain(kDrainLimit);
    }
    result.longest_stall = watchdog.LongestStall();
  }
  result.ledger = recorder.Take(start);
  plan->burst_of_call.resize(result.submitted);
  result.extras.burst_of_call = std::move(plan->burst_of_call);
  if (mock != nullptr) {
    result.extras.server_delay_errors = mock->TakeDelayErrors();
  }
  std::ranges::move(recorder.Notes(), std::back_inserter(result.notes));
  return result;
}

}  // namespace bench
