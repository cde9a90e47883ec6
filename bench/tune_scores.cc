#include "bench/tune_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "batcher/base/check.h"

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

std::vector<Scored> Scores::All() const {
  const std::vector<Candidate> tried = trials_.Tried();
  std::vector<Scored> scored(tried.size());
  for (std::size_t ground = 0; ground < trials_.grounds(); ++ground) {
    std::vector<Judged> judged;
    double least = std::numeric_limits<double>::infinity();
    for (const Candidate& candidate : tried) {
      judged.push_back(Judge(goal_, slo_, trials_.Of(candidate, ground)));
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

std::vector<Scored> Scores::WithKnobsOf(const Candidate& knobs) const {
  std::vector<Scored> scored = All();
  std::erase_if(scored, [&](const Scored& one) { return !SameKnobs(one.candidate, knobs); });
  return scored;
}

Score Scores::ScoreOf(const Candidate& candidate) const {
  const std::vector<Scored> scored = All();
  const auto found = std::ranges::find(scored, candidate, &Scored::candidate);
  CHECK(found != scored.end());
  return found->score;
}

Candidate Scores::BestOf(const Candidate& knobs) const {
  const std::vector<Scored> scored = WithKnobsOf(knobs);
  CHECK(!scored.empty());
  const Score best = std::ranges::min_element(scored, Better, &Scored::score)->score;
  const double tolerance = Tolerance();
  const auto as_good = [&](const Score& score) {
    return score.standing == best.standing &&
           (best.standing == Standing::kHolds ? score.regret <= best.regret + tolerance
                                              : score.excess <= best.excess);
  };
  const auto found = std::ranges::find_if(scored, as_good, &Scored::score);
  CHECK(found != scored.end());  // at least the best
  return found->candidate;
}

double Scores::Tolerance() const {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t ground = 0; ground < trials_.grounds(); ++ground) {
    for (const Candidate& candidate : trials_.Tried()) {
      least = std::min(least, LossOf(goal_, trials_.Of(candidate, ground).summary));
    }
  }
  return ToleranceOf(goal_, least);
}

}  // namespace bench
