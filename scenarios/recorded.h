#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "scenarios/arrivals.h"
#include "scenarios/keys.h"
#include "scenarios/trace.h"

namespace scenarios {

// Calls that are at hand, in place of the arrivals and keys of a scenario. What is given is shared
// by all copies of a stream and never changed.

// The times of a trace. `burst_of_call` is empty, or names the burst of each arrival (kNoBurst:
// none), ascending.
[[nodiscard]] ArrivalStream RecordedArrivals(
    Trace times, std::shared_ptr<const std::vector<std::uint32_t>> burst_of_call = nullptr);

// A caller who waits for each answer before the next call.
struct RecordedSession {
  batcher::Instant first = {};                   // when the first call comes
  std::vector<batcher::Duration> thoughts = {};  // from each answer to the next call
};

// The sessions replayed: a call comes as long after the answer to the one before it as it did when
// it was recorded, so that slower answers slow the calls. Who has called last is gone.
[[nodiscard]] ArrivalStream RecordedSessions(
    std::shared_ptr<const std::vector<RecordedSession>> sessions);

// The keys of the calls in turn, over and over. REQUIRES: at least one.
[[nodiscard]] KeyStream RecordedKeys(std::shared_ptr<const std::vector<std::uint64_t>> keys);

}  // namespace scenarios
