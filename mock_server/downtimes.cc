#include "mock_server/downtimes.h"

#include <chrono>
#include <utility>

#include "batcher/base/run_clock.h"

namespace mock_server {
namespace {

using batcher::Instant;
using SteadyTime = std::chrono::steady_clock::time_point;

// Between two tries to get a port back that somebody else has taken meanwhile.
constexpr auto kTryAgain = std::chrono::milliseconds(10);

}  // namespace

Downtimes::Downtimes(FaultPlan plan, Listener& listener)
    : plan_(std::move(plan)), listener_(listener) {}

void Downtimes::Start(SteadyTime start) {
  if (plan_.NextDown(Instant()) != batcher::kNever) {
    thread_ = std::jthread([this, start](const std::stop_token& stop) { Follow(stop, start); });
  }
}

void Downtimes::Stop() {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
}

void Downtimes::Follow(const std::stop_token& stop, SteadyTime start) {
  Instant down = plan_.NextDown(Instant());
  while (down != batcher::kNever && SleepUntil(start + down.time_since_epoch(), stop)) {
    listener_.GoDown();
    const Instant up = plan_.NextUp(down);
    if (up == batcher::kNever || !SleepUntil(start + up.time_since_epoch(), stop)) {
      return;
    }
    while (!listener_.ComeBack()) {
      if (!SleepUntil(batcher::RunClock::SteadyAfter(kTryAgain), stop)) {
        return;
      }
    }
    down = plan_.NextDown(up);
  }
}

bool Downtimes::SleepUntil(SteadyTime end, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  stopped_.wait_until(lock, stop, end, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace mock_server
