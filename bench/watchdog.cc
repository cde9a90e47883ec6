#include "bench/watchdog.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>

#include "batcher/base/run_clock.h"

namespace bench {
namespace {

constexpr std::chrono::milliseconds kPeriod{10};

}  // namespace

Watchdog::Watchdog() : thread_([this](const std::stop_token& stop) { Watch(stop); }) {}

batcher::Duration Watchdog::LongestStall() const {
  const std::lock_guard lock(mutex_);
  return longest_;
}

void Watchdog::Watch(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  while (!stop.stop_requested()) {
    const auto due = batcher::RunClock::SteadyNow() + kPeriod;
    std::unique_lock waiting(mutex);
    never.wait_until(waiting, stop, due, [] { return false; });
    const batcher::Duration late = batcher::RunClock::SteadyNow() - due;
    const std::lock_guard lock(mutex_);
    longest_ = std::max(longest_, late);
  }
}

}  // namespace bench
