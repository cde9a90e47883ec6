#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/arrivals.h"

namespace scenarios {

// The rows of the registry, each defined in the file of its kind (arrivals_poisson.cc, ...).

ArrivalKind ConstantArrivals();
ArrivalKind PoissonArrivals();
ArrivalKind OnOffArrivals();
ArrivalKind ParetoArrivals();
ArrivalKind EmpiricalArrivals();
ArrivalKind RampArrivals();
ArrivalKind DiurnalArrivals();
ArrivalKind BurstArrivals();
ArrivalKind TraceArrivals();
ArrivalKind ClosedArrivals();
ArrivalKind MixArrivals();

// The longest that arrivals may go on: up to there a double holds every nanosecond.
inline constexpr batcher::Duration kLongestRun = std::chrono::hours(24 * 100);
inline constexpr double kLongestRunNs = static_cast<double>(kLongestRun.count());

// Of calls per second.
inline constexpr double kLowestRate = 0.0001;
inline constexpr double kHighestRate = 1e9;

// Random gaps may lead past the longest run. Nothing comes from here on, far before a sum of
// nanoseconds could overflow.
inline constexpr batcher::Instant kEndOfTime = batcher::At(10 * kLongestRun);

// Moves `at` on by a gap, which is rounded at once to whole nanoseconds, so that the sum of gaps is
// exact on every machine, and arrives there. None, and `at` is the end of time: the gap leads past
// it. REQUIRES: gap_ns >= 0; it may be infinite.
[[nodiscard]] std::optional<Arrival> ArriveAfter(double gap_ns, batcher::Instant& at);

// What the kinds that would go on for ever share: the fields count and for, of which one is given.
std::vector<batcher::FieldSpec> WithBounds(std::vector<batcher::FieldSpec> fields);
[[nodiscard]] std::optional<std::string> BoundsProblem(const batcher::Choice& choice);
// Whether `count` arrivals of that rate would take too long.
[[nodiscard]] std::optional<std::string> LengthProblem(const batcher::Choice& choice,
                                                       double mean_rate_per_second);
ArrivalBounds BoundsOf(const batcher::Choice& choice);

// What the kinds with one rate share: the fields rate, and count or for.
std::vector<batcher::FieldSpec> SteadyFields();
[[nodiscard]] std::optional<std::string> SteadyProblem(const batcher::Choice& choice);

// What the kinds that read a trace share: the fields file and speed.
std::vector<batcher::FieldSpec> TraceFields();

}  // namespace scenarios
