#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "batcher/base/time.h"
#include "mock_server/fault_plan.h"
#include "mock_server/listener.h"

namespace mock_server {

// Takes a listener down, and up again, when the plan of faults says that nobody listens. On a
// thread of its own, if there are such times at all.
class Downtimes {
 public:
  // The listener must outlive it.
  Downtimes(FaultPlan plan, Listener& listener);

  // The plan's times count from `start`. To be called once, when the listener serves.
  void Start(std::chrono::steady_clock::time_point start);
  // Returns when the listener is left as it is, up or down. May be called again.
  void Stop();

 private:
  void Follow(const std::stop_token& stop, std::chrono::steady_clock::time_point start);
  // False: a stop is requested.
  bool SleepUntil(std::chrono::steady_clock::time_point end, const std::stop_token& stop);

  const FaultPlan plan_;
  Listener& listener_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  // Last: it uses the members above.
};

}  // namespace mock_server
