#include "bench/soak.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <thread>
#include <utility>

#include "batcher/base/check.h"
#include "batcher/batcher.h"
#include "batcher/runtime/observer_list.h"
#include "bench/endless_calls.h"
#include "bench/interrupt.h"
#include "bench/load_generator.h"
#include "bench/soak_tally.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Instant;

constexpr Duration kHeadStart = std::chrono::milliseconds(20);
constexpr Duration kDrainLimit = std::chrono::seconds(5);
constexpr Duration kLongestLook = std::chrono::milliseconds(100);

// Puts the windows of a soak into force, each when it is time for it.
class Stepper {
 public:
  Stepper(const SoakPlan& plan, GeoBatcher& geocoder, SoakTally& tally)
      : plan_(plan),
        geocoder_(geocoder),
        tally_(tally),
        in_force_(std::max<std::size_t>(plan.windows.size(), 1)) {}

  // Puts the window into force that it is time for, `at` since the start.
  void Step(Duration at) {
    in_force_[current_] += at - last_;
    last_ = at;
    if (plan_.windows.empty()) {
      return;
    }
    const auto turn = static_cast<std::size_t>(at / plan_.dwell);
    const std::size_t window = turn % plan_.windows.size();
    if (window == current_ && begun_) {
      return;
    }
    begun_ = true;
    current_ = window;
    batcher::QueueOptions queue = plan_.scenario.batcher;
    queue.policy = batcher::WindowPolicy(plan_.windows[window]);
    CHECK(!geocoder_.Retune(std::move(queue)));
    tally_.Use(window);
  }

  [[nodiscard]] Duration in_force(std::size_t window) const { return in_force_[window]; }

 private:
  const SoakPlan& plan_;
  GeoBatcher& geocoder_;
  SoakTally& tally_;
  std::vector<Duration> in_force_;
  std::size_t current_ = 0;
  bool begun_ = false;
  Duration last_{0};
};

std::size_t ConnectionsOf(const scenarios::Scenario& scenario) {
  return std::min(scenario.client.max_connections,
                  scenario.batcher.max_in_flight.value_or(scenario.client.max_connections));
}

// When all has been used once: each window too, if there is time for that.
Duration SettledAt(const SoakPlan& plan) {
  const Duration cycle = plan.dwell * static_cast<Duration::rep>(plan.windows.size());
  return std::min(std::max(plan.length / 10, cycle), plan.length / 2);
}

// Of this process; 0: not known.
std::uint64_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");  // in pages: all, resident, ...
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

SoakResult ResultOf(const SoakPlan& plan, const SoakTally& tally, const Stepper& stepper) {
  SoakResult result;
  results::Tally all;
  const std::vector<results::Tally> tallies = tally.tallies();
  for (std::size_t i = 0; i < tallies.size(); ++i) {
    all.Merge(tallies[i]);
    result.windows.push_back({.window = plan.windows.empty() ? Duration(0) : plan.windows[i],
                              .in_force = stepper.in_force(i),
                              .summary = tallies[i].Finish()});
  }
  result.all = all.Finish();
  return result;
}

// Waits for the end of a soak, and does meanwhile what is due.
class Watch {
 public:
  Watch(const SoakPlan& plan, const batcher::RunClock& clock, Stepper& stepper)
      : plan_(plan), clock_(clock), stepper_(stepper) {}

  // Blocks until the length of the plan is over since `start`, or a stop. `calls` are those that
  // are made; `mock` may be null.
  void Run(Instant start, const CallSource& calls, mock_server::MockServer* mock,
           const RunControl& control) {
    Duration at{0};
    while (at < plan_.length && !control.stop.stop_requested()) {
      AwaitStop(control.stop, std::min(kLongestLook, plan_.length - at));
      at = SinceStart(start);
      stepper_.Step(at);
      if (mock != nullptr) {
        static_cast<void>(mock->TakeDelayErrors());  // which it would keep
      }
      if (resident_early_ == 0 && (at >= SettledAt(plan_) || control.stop.stop_requested())) {
        resident_early_ = ResidentBytes();
      }
      if (control.progress != nullptr) {
        control.progress->Update(calls.ShareDone(Instant(at)));
      }
    }
    lasted_ = SinceStart(start);
  }

  [[nodiscard]] std::uint64_t resident_early() const { return resident_early_; }
  [[nodiscard]] Duration lasted() const { return lasted_; }

 private:
  [[nodiscard]] Duration SinceStart(Instant start) const {
    return std::clamp(clock_.Now() - start, Duration(0), plan_.length);
  }

  const SoakPlan& plan_;
  const batcher::RunClock& clock_;
  Stepper& stepper_;
  std::uint64_t resident_early_ = 0;
  Duration lasted_{0};
};

}  // namespace

batcher::Result<SoakResult> Soak(const SoakPlan& plan, HttpService& service,
                                 batcher::Observer* also, const RunControl& control) {
  batcher::Result<EndlessCalls> calls = EndlessCalls::Open(plan.scenario, plan.length);
  if (!calls) {
    return calls.error();
  }
  mock_server::MockServer* const mock = service.mock.get();
  if (const auto problem =
          OpenConnections(*service.endpoint, ConnectionsOf(plan.scenario), control.stop)) {
    return *problem;
  }
  SoakTally tally(std::max<std::size_t>(plan.windows.size(), 1));
  std::vector<batcher::Observer*> told = {&tally};
  if (also != nullptr) {
    told.push_back(also);
  }
  batcher::ObserverList observers(told);
  OutcomeAudit audit(*calls);
  GeoBatcher geocoder(std::move(service.endpoint), {.queue = plan.scenario.batcher,
                                                    .wire = WithoutCost(plan.scenario.client),
                                                    .seed = plan.scenario.seed,
                                                    .clock = {},
                                                    .observer = &observers});
  HttpOptions options;
  options.on_answer = [&audit](std::uint64_t call, const auto& /*answer*/) {
    audit.Answered(call);
  };
  LoadGenerator generator(audit, geocoder, options);
  Stepper stepper(plan, geocoder, tally);
  stepper.Step(Duration(0));
  Watch watch(plan, geocoder.clock(), stepper);
  const Instant start = geocoder.clock().Now() + kHeadStart;
  {
    const std::jthread thread([&] { generator.Run(start, {.stop = control.stop}); });
    watch.Run(start, *calls, mock, control);
  }
  const std::uint64_t late = ResidentBytes();  // Before the result, which takes memory of its own.
  geocoder.Drain(kDrainLimit);
  SoakResult result = ResultOf(plan, tally, stepper);
  result.audit = audit.counts();
  result.most_queued = tally.most_queued();
  result.lasted = watch.lasted();
  result.resident_early = watch.resident_early();
  result.resident_late = late;
  result.interrupted = control.stop.stop_requested();
  return result;
}

bool IsFlat(const SoakResult& result) {
  const auto early = static_cast<double>(result.resident_early);
  return static_cast<double>(result.resident_late) <=
         early + std::max(kFlatShare * early, static_cast<double>(kFlatBytes));
}

}  // namespace bench
