#pragma once

#include <pthread.h>

#include <optional>
#include <stop_token>
#include <thread>

#include "batcher/base/time.h"

namespace bench {

// Turns the first SIGINT or SIGTERM into a request to stop; another one, at least half a second
// later, ends the program at once with exit code 130. (timeout(1) sends its signal twice.) To be
// made first in main, so that every later thread leaves these signals to it.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

 private:
  void Watch();

  std::stop_source stop_;
  std::thread watcher_;
};

// Waits so long, or for ever (none), unless a stop is requested.
void AwaitStop(const std::stop_token& stop, std::optional<batcher::Duration> longest = {});

}  // namespace bench
