#include "bench/calibration.h"

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "batcher/base/random.h"
#include "batcher/runtime/timer_slack.h"
#include "bench/calibration_fit.h"
#include "bench/http_service.h"
#include "bench/prober.h"
#include "bench/recorder.h"

namespace bench {
namespace {

using namespace std::chrono_literals;
using batcher::Duration;
using batcher::Instant;

// Lone calls twice, because most hangs on them.
constexpr std::array<Probe, 6> kShapes = {{
    {.calls = 1, .batch = false},
    {.calls = 1, .batch = false},
    {.calls = 8, .batch = false},
    {.calls = 4},
    {.calls = 16},
    {.calls = 64},
}};
constexpr std::size_t kRounds = 18;       // of all shapes; the first warms up
constexpr std::size_t kConnections = 40;  // for as many single calls as may be under way
constexpr std::size_t kTimerWaits = 50;   // where nothing is sent

// Calls that are submitted together leave together.
constexpr Duration kWindow = 500us;
// Between probes, and until the mock answers one: threads and processors that have slept for long,
// as they do in most runs, take up to twice as long to wake as those that have just worked. What
// the mock does for an answer meanwhile is part of its time. The next probe does not wait for the
// last.
constexpr Duration kShortestWait = 6ms;
constexpr Duration kLongestWait = 12ms;
constexpr Duration kService = 25ms;

scenarios::Scenario ProbeScenario() {
  scenarios::Scenario scenario;
  scenario.server.single = mock_server::ConstantLatency(kService);
  scenario.server.batch_base = mock_server::ConstantLatency(kService);
  scenario.server.batch_per_item = Duration(0);
  scenario.server.batch_mode = mock_server::BatchMode::kImmediate;
  scenario.server.workers = std::nullopt;
  scenario.client.max_connections = kConnections;
  scenario.batcher.policy = batcher::WindowPolicy(kWindow);
  scenario.batcher.max_in_flight = std::nullopt;
  return scenario;
}

// Sleeps as the load generator does, each time for a little longer or shorter.
class Waits {
 public:
  // Shows how many of `count` are over.
  Waits(std::size_t count, const RunControl& control) : count_(count), control_(control) {}

  // The time at which it was to end; none if a stop is requested.
  std::optional<Instant> Wait() {
    const auto spread = static_cast<std::uint64_t>((kLongestWait - kShortestWait).count());
    const Duration length = kShortestWait + Duration(random_.Below(spread));
    const Instant until = clock_.Now() + length;
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, control_.stop, clock_.ToSteady(until), [] { return false; });
    if (control_.stop.stop_requested()) {
      return std::nullopt;
    }
    if (control_.progress != nullptr) {
      control_.progress->Update(static_cast<double>(++done_) / static_cast<double>(count_));
    }
    return until;
  }
  [[nodiscard]] const batcher::RunClock& clock() const { return clock_; }

 private:
  const std::size_t count_;
  const RunControl& control_;
  const batcher::RunClock clock_;
  batcher::RandomStream random_{1, "calibration_waits"};
  std::size_t done_ = 0;
  std::mutex mutex_;  // Guards nothing but the wait itself.
  std::condition_variable_any changed_;
};

// False if a stop is requested.
bool SendRounds(Prober& prober, batcher::QueueOptions queue, Waits& waits) {
  batcher::RandomStream random(1, "calibration_order");
  std::array<Probe, kShapes.size()> order = kShapes;
  for (std::size_t round = 0; round < kRounds; ++round) {
    for (std::size_t left = order.size(); left > 1; --left) {
      std::swap(order[left - 1], order[random.Below(left)]);
    }
    for (const Probe& shape : order) {
      prober.Prepare(shape);
      const std::optional<Instant> at = waits.Wait();
      if (!at) {
        return false;
      }
      queue.single_below = shape.batch ? 1 : queue.max_items;
      prober.Send(queue, *at);
    }
  }
  return true;
}

// None: a stop was requested.
batcher::Result<std::optional<MachineCosts>> MeasureAll(const RunControl& control) {
  const scenarios::Scenario scenario = ProbeScenario();
  batcher::Result<HttpService> service = OpenHttpService(scenario, {});
  if (!service) {
    return service.error();
  }
  if (auto problem = OpenConnections(*service->endpoint, kConnections, control.stop)) {
    return *std::move(problem);
  }
  Waits waits(kRounds * kShapes.size(), control);
  Recorder recorder;
  Probes sent{.probes = {}, .ledger = {}, .service = kService};
  {
    Prober prober(scenario, *service, {.clock = waits.clock(), .observer = &recorder});
    if (!SendRounds(prober, scenario.batcher, waits) ||
        !recorder.WaitFor(prober.calls(), control.stop)) {
      return std::optional<MachineCosts>();
    }
    sent.probes.assign(prober.probes().begin() + kShapes.size(), prober.probes().end());
  }
  sent.ledger = recorder.Take({});
  return std::optional(FitCosts(sent));
}

// None: a stop was requested.
std::optional<MachineCosts> MeasureTimers(const RunControl& control) {
  Waits waits(kTimerWaits, control);
  std::vector<Duration> late;
  while (late.size() < kTimerWaits) {
    const std::optional<Instant> end = waits.Wait();
    if (!end) {
      return std::nullopt;
    }
    late.push_back(waits.clock().Now() - *end);
  }
  return MachineCosts{.per_request = {}, .per_item = {}, .rtt = {}, .timer_lag = MedianOf(late)};
}

}  // namespace

batcher::Result<std::optional<Calibration>> Calibrate(CalibrationScope scope,
                                                      const RunControl& control) {
  const batcher::RunClock clock;
  batcher::UseFinestTimers();
  const batcher::Result<std::optional<MachineCosts>> costs =
      scope == CalibrationScope::kAll ? MeasureAll(control) : MeasureTimers(control);
  if (!costs) {
    return costs.error();
  }
  if (!*costs) {
    return std::optional<Calibration>();
  }
  return std::optional(Calibration{.costs = **costs, .took = clock.Now().time_since_epoch()});
}

}  // namespace bench
