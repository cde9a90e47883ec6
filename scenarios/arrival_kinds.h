#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/arrivals.h"

namespace scenarios {

// The rows of the registry, each defined in the file of its kind (arrivals_poisson.cc, ...).

ArrivalKind ConstantArrivals();
ArrivalKind PoissonArrivals();
ArrivalKind BurstArrivals();
ArrivalKind TraceArrivals();

// The longest that arrivals may go on: up to there a double holds every nanosecond.
inline constexpr batcher::Duration kLongestRun = std::chrono::hours(24 * 100);
inline constexpr double kLongestRunNs = static_cast<double>(kLongestRun.count());

// What the kinds with a steady rate share: the fields rate, and count or for.
std::vector<batcher::FieldSpec> SteadyFields();
[[nodiscard]] std::optional<std::string> SteadyProblem(const batcher::Choice& choice);
ArrivalBounds SteadyBounds(const batcher::Choice& choice);

}  // namespace scenarios
