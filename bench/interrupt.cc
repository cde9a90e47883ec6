#include "bench/interrupt.h"

#include <unistd.h>

#include <csignal>

namespace bench {
namespace {

// Ends the watcher; nobody else uses it here.
constexpr int kEndWatcher = SIGUSR2;

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
  int number = 0;
  while (sigwait(&watched, &number) == 0 && number != kEndWatcher) {
    if (stop_.stop_requested()) {
      _exit(130);
    }
    stop_.request_stop();
  }
}

}  // namespace bench
