#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "batcher/core/records.h"

namespace results {

// When the bursts of a run are done: told of the calls as they arrive and as they end, it remembers
// only the bursts that are not done. A value; not thread-safe.
class Bursts {
 public:
  struct Done {
    // From the first call that was intended to the last answer; none: a call was not answered.
    std::optional<batcher::Duration> completion = {};
  };

  // A call of a burst has arrived. Calls and bursts come in ascending order.
  void Arrive(std::uint64_t call, std::uint32_t burst);
  // No more calls will arrive: the last burst is whole.
  void EndArrivals() { arrivals_ended_ = true; }
  // A call has ended; one of no burst is ignored.
  void End(const batcher::CallRecord& call);

  // The next burst, in the order of their arrivals, if all its calls have ended.
  [[nodiscard]] std::optional<Done> Take();

 private:
  struct Burst {
    std::uint32_t number = 0;
    std::uint64_t first_call = 0;
    std::uint64_t calls = 0;
    std::uint64_t ended = 0;
    batcher::Instant first_intended = batcher::Instant::max();
    batcher::Instant last_delivered = batcher::Instant::min();
    bool all_answered = true;
  };

  std::deque<Burst> bursts_;  // Those that were not taken, ascending.
  bool arrivals_ended_ = false;
};

}  // namespace results
