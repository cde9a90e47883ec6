#include "bench/interrupt.h"

#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>

#include "batcher/base/run_clock.h"

namespace bench {
namespace {

// Ends the watcher; nobody else uses it here.
constexpr int kEndWatcher = SIGUSR2;

// Signals that come within this time are one wish.
constexpr std::chrono::milliseconds kOneWish{500};

sigset_t WatchedSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, kEndWatcher);
  return set;
}

}  // namespace

Interrupt::Interrupt() {
  const sigset_t watched = WatchedSignals();
  pthread_sigmask(SIG_BLOCK, &watched, nullptr);
  watcher_ = std::thread([this] { Watch(); });
}

Interrupt::~Interrupt() {
  pthread_kill(watcher_.native_handle(), kEndWatcher);
  watcher_.join();
}

void Interrupt::Watch() {
  const sigset_t watched = WatchedSignals();
  std::chrono::steady_clock::time_point wished;
  int number = 0;
  while (sigwait(&watched, &number) == 0 && number != kEndWatcher) {
    const auto now = batcher::RunClock::SteadyNow();
    if (!stop_.stop_requested()) {
      wished = now;
      stop_.request_stop();
    } else if (now - wished >= kOneWish) {
      _exit(130);
    }
  }
}

void AwaitStop(const std::stop_token& stop, std::optional<batcher::Duration> longest) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  const auto never = [] { return false; };
  if (longest) {
    changed.wait_for(lock, stop, *longest, never);
  } else {
    changed.wait(lock, stop, never);
  }
}

}  // namespace bench
