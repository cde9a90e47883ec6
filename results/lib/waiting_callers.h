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
  bool strong = false;  // p < kStrongP, share >= kStrongShare: a replay would mislead
};

// Do callers wait for their answers before they call again? If so, another window would bring other
// arrivals. `arrivals` ascend; `deliveries` are in any order, each that of a call of the same log
// (a few calls may lack theirs). The first 20,000 arrivals are looked at. None if there are fewer
// than 100 calls, or fewer than 50 arrivals that can be compared. `seed` is that of the controls
// that are drawn: the same arguments give the same result.
//
// Whether somebody waits or not, deliveries follow arrivals, and in a burst all come together. But
// only who waited calls more in the moment after a delivery than in the moment before it. So each
// arrival near a delivery is compared with moments at which none need have come: with the same time
// since the last arrival, a like history of gaps before it, and a delivery near. How much more
// often the arrivals than these controls lie after the delivery, added up, is the statistic; its
// variance is that of 30 stretches of the log (Student's t), but at least that of independent
// arrivals. It is also taken for the deliveries moved round the log by 24 random shifts; where
// chance alone gives large values, it is measured by those. "Near" is less than the shortest
// service, so that the calls compared could no longer change when that delivery came. Sources:
// nested case-control sampling in the modulated renewal process: Cox, The statistical analysis of
// dependences in point processes (1972); Goldstein, Langholz (Annals of Statistics 1992); Mantel,
// Haenszel (1959) for the ratio of rates behind `share`.
//
// Level: at most 5 % of open logs have p < 0.05 (bench/waiting_callers_test.cc: poisson, on_off,
// pareto, bursts, constant gaps; windows 10 to 100 ms). More have it where arrivals repeat a
// timetable (a jittered timer, sensors each with a period of its own) and the service takes exactly
// the same time each time: nothing in such a log tells a timetable from a loop.
// Power, as the share of logs with p < 0.05 for windows of 10, 30, 100 ms, service 60 to 100 ms:
//   5 to 40 callers who think 20 ms                  100, 100, 100 %
//   20 callers who think 100 ms, 2,600 calls          88, 100, 100 %
//   5 callers who think 500 ms, 1,600 calls            8,  25,  73 %
//   40 callers who think 500 ms, 2,600 calls          11,  30,  69 %
//   40 callers who think 500 ms, 10,500 calls         39,  78, 100 %
// so it is lost where think times are long and callers many: another window changes little there.
// For one caller whose service takes exactly the same time each time there is no power at all.
[[nodiscard]] std::optional<WaitingTest> TestWaitingCallers(
    std::span<const batcher::Instant> arrivals, std::span<const batcher::Instant> deliveries,
    std::uint64_t seed);

}  // namespace results
