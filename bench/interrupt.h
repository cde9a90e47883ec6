#pragma once

#include <pthread.h>

#include <stop_token>
#include <thread>

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

}  // namespace bench
