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

struct Scored {
  Candidate candidate = {};
  Score score = {};
};

// How everything stands that was tried so far.
class Scores {
 public:
  // All must outlive it.
  Scores(const Trials& trials, const Goal& goal, const std::vector<scenarios::Threshold>& slo)
      : trials_(trials), goal_(goal), slo_(slo) {}

  // In the order of Trials::Tried.
  [[nodiscard]] std::vector<Scored> All() const;
  // Those that differ from `knobs` at most in their windows, ascending by window.
  [[nodiscard]] std::vector<Scored> WithKnobsOf(const Candidate& knobs) const;
  // REQUIRES: it was tried.
  [[nodiscard]] Score ScoreOf(const Candidate& candidate) const;
  // The smallest window within the tolerance of the best with these knobs. REQUIRES: one was tried.
  [[nodiscard]] Candidate BestOf(const Candidate& knobs) const;
  // How much a loss may be above the least and still be taken for as good.
  [[nodiscard]] double Tolerance() const;

 private:
  const Trials& trials_;
  const Goal& goal_;
  const std::vector<scenarios::Threshold>& slo_;
};

}  // namespace bench
