#include "bench/tune_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bench {

bool SameKnobs(Candidate a, const Candidate& b) {
  a.window = b.window;
  return a == b;
}

bool Better(const Score& a, const Score& b) {
  if (a.standing != b.standing) {
    return a.standing < b.standing;
  }
  return a.standing == Standing::kHolds ? a.regret < b.regret : a.excess < b.excess;
}

std::vector<Scored> ScoresOf(const Trials& trials, const Goal& goal,
                             const std::vector<scenarios::Threshold>& slo) {
  const std::vector<Candidate> tried = trials.Tried();
  std::vector<Scored> scored(tried.size());
  for (std::size_t ground = 0; ground < trials.grounds(); ++ground) {
    std::vector<Judged> judged;
    double least = std::numeric_limits<double>::infinity();
    for (const Candidate& candidate : tried) {
      judged.push_back(Judge(goal, slo, trials.Of(candidate, ground)));
      if (judged.back().standing == Standing::kHolds) {
        least = std::min(least, judged.back().loss);
      }
    }
    for (std::size_t i = 0; i < tried.size(); ++i) {
      scored[i].candidate = tried[i];
      Score& score = scored[i].score;
      score.standing = std::max(score.standing, judged[i].standing);
      score.regret = std::max(score.regret, std::isfinite(least) ? judged[i].loss - least : 0);
      score.excess += judged[i].excess;
    }
  }
  return scored;
}

}  // namespace bench
