#pragma once

#include <span>
#include <vector>

#include "batcher/base/time.h"

namespace scenarios {

// A narrow interval of gaps between calls that holds many more than its surroundings lead one to
// expect: the trace of a timer upstream, such as somebody else's window.
struct GapComb {
  batcher::Duration low{};
  batcher::Duration high{};
  double share = 0;  // of all gaps that lie within low .. high
};

// Smooth arrivals of any kind show a comb in at most this share of logs. It is a bound: each of the
// intervals tried is held to its part of it (Bonferroni), by Chernoff's bound on the binomial.
inline constexpr double kCombFalseAlarm = 0.001;
// What a comb must be: this many times as dense (per ratio of gaps) as both of its neighbourhoods,
// beyond chance, and this share of all gaps.
inline constexpr double kCombDensity = 1.5;
inline constexpr double kCombShare = 0.02;

// The combs from 1 ms to 1 h, none wider than 10 %, the most certain first, at most three. Gaps
// that are all multiples of up to 10 ms are taken for rounded and not for combs.
[[nodiscard]] std::vector<GapComb> FindCombs(std::span<const batcher::Duration> gaps);

// The standard deviation of the gaps over their mean: 1 of Poisson arrivals, 0 of a metronome. 0 of
// no gaps, or where all are 0.
[[nodiscard]] double GapCv(std::span<const batcher::Duration> gaps);

}  // namespace scenarios
