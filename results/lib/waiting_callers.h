#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "batcher/base/time.h"

namespace results {

inline constexpr double kStrongP = 1e-3;
inline constexpr double kStrongShare = 0.1;

struct WaitingTest {
  double p_value = 1;   // of the hypothesis that arrivals do not follow deliveries
  double share = 0;     // of arrivals that came just after a delivery, beyond chance
  bool strong = false;  // p is tiny and the share large: a replay would mislead
};

// Do callers wait for their answers before they call again? `arrivals` ascend; `deliveries` are in
// any order, each that of a call of the same log. None if there are too few to tell.
[[nodiscard]] std::optional<WaitingTest> TestWaitingCallers(
    std::span<const batcher::Instant> arrivals, std::span<const batcher::Instant> deliveries,
    std::uint64_t seed);

}  // namespace results
