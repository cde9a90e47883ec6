#pragma once

#include <string>
#include <vector>

#include "batcher/core/records.h"

namespace results {

// Adds how long the call was in the queue and in the batcher, the batch in flight. Little's law:
// over a whole run the sum of these stays is the number of those that stayed, integrated over time.
// Source: Little, A proof for the queuing formula L = lambda W, Operations Research 9 (1961).
constexpr void AddStay(const batcher::CallRecord& call, batcher::Occupancy& stays) {
  stays.calls += static_cast<std::uint64_t>((call.delivered - call.submitted).count());
  stays.queued += static_cast<std::uint64_t>((call.dispatched - call.submitted).count());
}
constexpr void AddStay(const batcher::BatchRecord& batch, batcher::Occupancy& stays) {
  stays.in_flight += static_cast<std::uint64_t>((batch.replied - batch.dispatched).count());
}

// A sentence for each stage in which what the engine counted and what its records tell differ: in
// virtual time they agree to the nanosecond. Empty: all is well.
[[nodiscard]] std::vector<std::string> LittlesLawViolations(const batcher::Occupancy& counted,
                                                            const batcher::Occupancy& stays);

}  // namespace results
