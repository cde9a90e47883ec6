#pragma once

#include <vector>

#include "bench/tune_goal.h"
#include "bench/tune_trials.h"
#include "scenarios/threshold.h"

namespace bench {

// How a candidate stands on all grounds together: its worst standing, and its worst regret, which
// is how much its loss is above that of the best candidate of the same ground that holds. With one
// ground the order of regrets is that of losses.
struct Score {
  Standing standing = Standing::kHolds;
  double regret = 0;
  double excess = 0;
};

// Whether `a` is better than `b`: it stands better, or as well and with less regret (where it
// holds) or less excess.
[[nodiscard]] bool Better(const Score& a, const Score& b);

// Whether they differ at most in their windows.
[[nodiscard]] bool SameKnobs(Candidate a, const Candidate& b);

// The scores of all that was tried, by candidate in the order of Trials::Tried.
struct Scored {
  Candidate candidate = {};
  Score score = {};
};
[[nodiscard]] std::vector<Scored> ScoresOf(const Trials& trials, const Goal& goal,
                                           const std::vector<scenarios::Threshold>& slo);

}  // namespace bench
