#pragma once

#include <condition_variable>
#include <mutex>
#include <vector>

#include "batcher/base/run_clock.h"
#include "batcher/base/time.h"
#include "mock_server/server_counts.h"

namespace mock_server {

// Where answers wait until they are ready, each on the thread of its connection. Thread-safe.
class Delays {
 public:
  // `clock` must outlive the delays.
  explicit Delays(const batcher::RunClock& clock) : clock_(clock) {}

  // Blocks until `ready`, and keeps by how much the end was late; or until Stop.
  void Await(batcher::Instant ready);
  // Ends every wait, now and later.
  void Stop();

  // Realised minus modelled delay of each answer that has waited since the last call, in no order;
  // the first million of them.
  [[nodiscard]] std::vector<batcher::Duration> TakeErrors();
  // Of all answers that have waited.
  [[nodiscard]] DelayErrors errors() const;

 private:
  const batcher::RunClock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable stop_;
  bool stopped_ = false;                   // Guarded by mutex_.
  std::vector<batcher::Duration> errors_;  // Guarded by mutex_.
  DelayErrors all_errors_;                 // Guarded by mutex_.
};

}  // namespace mock_server
