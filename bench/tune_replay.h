#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/simulate.h"
#include "scenarios/call_log.h"

namespace bench {

// Which groups of a log have calls of others between their own, by their number. They are no
// bursts.
[[nodiscard]] std::vector<bool> InterleavedGroups(const scenarios::CallLog& log);

// Calls of a log, from `first` on, as they are replayed: their times count from the first of them.
// With sessions whose answers are known, each call comes as long after the answer before it as it
// did. Groups that do not interleave are bursts.
[[nodiscard]] RecordedCalls Replayed(const scenarios::CallLog& log, std::size_t first,
                                     std::size_t count);

// More traffic of the same kind, in two ways.
enum class MoreTraffic {
  kFaster,  // the same calls in less time
  kCopies,  // that many logs at once, each shifted in time; of less than one, calls drawn from it
};
[[nodiscard]] RecordedCalls Scaled(const scenarios::CallLog& log, double factor, MoreTraffic how);

}  // namespace bench
