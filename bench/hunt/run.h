#pragma once

#include <cstdint>
#include <optional>

#include "bench/hunt/case.h"
#include "bench/hunt/tally.h"
#include "bench/hunt/watch.h"

namespace hunt {

// What one run of a case showed.
struct RunResult {
  std::optional<Broken> broken = {};  // none: every promise was kept
  std::uint64_t fingerprint = 0;      // of its records
  Tally tally = {};
};

// Runs the case in its world, to its end or to the first promise that is broken. When all is over
// the service is healed and one more call made, which must be answered.
[[nodiscard]] RunResult Run(const Case& run);

// The same, and, for some of the cases (the seed says which), once more for the same records, or
// without one cancel of a call in flight: all other calls must then fare as before.
[[nodiscard]] RunResult RunWithTwins(const Case& run);

// Both worlds tell the watch of everything. REQUIRES: the case is of this world.
void RunCore(const Case& run, Watch& watch, Tally& tally);
void RunFront(const Case& run, Watch& watch, Tally& tally);

// The call that is made when all is over, and how it must end.
inline constexpr batcher::Duration kRestBeforeLastCall = std::chrono::seconds(1);
[[nodiscard]] Call LastCall(batcher::Instant at);
void DemandLastCall(const Case& run, std::uint64_t number, Watch& watch);

}  // namespace hunt
