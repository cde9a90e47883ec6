#pragma once

#include <mutex>
#include <stop_token>
#include <thread>

#include "batcher/base/time.h"

namespace bench {

// Looks how late a thread of this machine wakes up, from its making until it is asked: a host that
// stalls (another guest, a laptop that sleeps) delays all that is measured meanwhile. Wakes a
// hundred times a second.
class Watchdog {
 public:
  Watchdog();
  ~Watchdog() = default;
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // The longest that a wake-up was late so far.
  [[nodiscard]] batcher::Duration LongestStall() const;

 private:
  void Watch(const std::stop_token& stop);

  mutable std::mutex mutex_;
  batcher::Duration longest_{0};  // Guarded by mutex_.
  std::jthread thread_;           // Last: it uses the members above.
};

// From this length on a stall is told of, and the run is not to be believed.
inline constexpr batcher::Duration kStall = std::chrono::milliseconds(100);

}  // namespace bench
