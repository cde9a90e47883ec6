#include "bench/tune_search.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "batcher/base/run_clock.h"
#include "bench/tune_parabola.h"
#include "bench/tune_scores.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Error;
using batcher::Result;

constexpr double kCoarse = 1.6;
constexpr double kFine = 1.04;
constexpr double kNear = 1.1;  // between 0.8 and 1.7 times the best window
constexpr double kNearest = 0.8;
constexpr double kFarthest = 1.7;
constexpr double kPerturbed = 0.05;
// A knob is worth turning for as short a window.
constexpr double kMuchShorter = 0.67;
// As near to the best, twice the tolerance, is as good for people who like another window.
constexpr double kFlat = 2;
constexpr int kRounds = 3;
constexpr std::size_t kSteadyLook = 12;
// So many times the tolerance may be lost for a window that does not stand on an edge.
constexpr double kSteadyWorth = 5;

class Searcher {
 public:
  Searcher(Trials& trials, const SearchRules& rules)
      : trials_(trials), rules_(rules), scores_(trials, rules.goal, rules.slo) {}

  Result<std::optional<TuneChoice>> Run() {
    const TuneKnobs& knobs = trials_.knobs();
    windows_ = WindowsBetween(knobs.shortest_window, knobs.longest_window, kCoarse);
    windows_.insert(windows_.begin(), Duration(0));
    best_ = StartOf(knobs, Duration(0));
    if (!Try(WithoutBatches(knobs)) || !TryWindows(best_, windows_)) {
      return End();
    }
    best_ = scores_.BestOf(best_);
    // Coarse windows may hide what a knob is worth: the demand may lie between two of them.
    for (int round = 0; round < kRounds && !OutOfTime(); ++round) {
      const Candidate before = best_;
      if (!TurnKnobs() || !Refine()) {
        return End();
      }
      if (round > 0 && SameKnobs(before, best_)) {
        break;
      }
      LookNearby();
    }
    if (!TakeBottom() || !TakeSteady()) {
      return End();
    }
    choice_.best = best_;
    choice_.score = scores_.ScoreOf(best_);
    FindFlat();
    return std::optional(choice_);
  }

 private:
  // What ended the search early: an error, or a stop.
  [[nodiscard]] Result<std::optional<TuneChoice>> End() const {
    return error_ ? Result<std::optional<TuneChoice>>(*error_) : std::optional<TuneChoice>();
  }

  // False: the search is over.
  bool Try(std::span<const Candidate> candidates) {
    const Result<bool> done = trials_.Run(candidates);
    if (!done) {
      error_ = done.error();
    }
    return done && *done;
  }
  bool TryWindows(Candidate knobs, std::span<const Duration> windows) {
    std::vector<Candidate> candidates;
    for (const Duration window : windows) {
      knobs.window = window;
      candidates.push_back(knobs);
    }
    return Try(candidates);
  }

  bool OutOfTime() {
    choice_.out_of_time = choice_.out_of_time ||
                          (rules_.deadline && batcher::RunClock::SteadyNow() > *rules_.deadline);
    return choice_.out_of_time;
  }

  // Whether turning the knobs of `than` into those of `better` is worth it.
  [[nodiscard]] bool WorthIt(const Candidate& better, const Candidate& than) const {
    const Score a = scores_.ScoreOf(better);
    const Score b = scores_.ScoreOf(than);
    if (a.standing != b.standing || a.standing != Standing::kHolds) {
      return Better(a, b);
    }
    const double tolerance = std::max(scores_.Tolerance(), 0.01 * std::abs(b.regret));
    const bool shorter = static_cast<double>(better.window.count()) <
                         kMuchShorter * static_cast<double>(than.window.count());
    return a.regret < b.regret - tolerance || (shorter && a.regret <= b.regret + tolerance / 2);
  }

  // Of the most there may be to do; a search that ends earlier jumps to its end.
  void Report() {
    if (rules_.progress == nullptr) {
      return;
    }
    const TuneKnobs& knobs = trials_.knobs();
    const std::size_t values = knobs.polls.size() + knobs.single_below.size() +
                               knobs.max_in_flight.size() + knobs.max_items.size();
    rules_.progress->Update(static_cast<double>(++turned_) /
                            static_cast<double>(values * kRounds + 1));
  }

  bool TurnKnobs() {
    const TuneKnobs& knobs = trials_.knobs();
    const auto turn = [&](const auto& values, auto member) {
      Candidate chosen = best_;
      for (std::size_t i = 0; i < values.size(); ++i) {
        Candidate other = best_;
        other.*member = values[i];
        if (SameKnobs(other, best_)) {
          continue;
        }
        if (OutOfTime()) {
          break;
        }
        if (!TryWindows(other, windows_)) {
          return false;
        }
        Report();
        if (const Candidate best = scores_.BestOf(other); WorthIt(best, chosen)) {
          chosen = best;
        }
      }
      best_ = chosen;
      return true;
    };
    std::vector<std::size_t> polls(knobs.polls.size());
    for (std::size_t i = 0; i < polls.size(); ++i) {
      polls[i] = i;
    }
    return turn(polls, &Candidate::poll) && turn(knobs.single_below, &Candidate::single_below) &&
           turn(knobs.max_in_flight, &Candidate::max_in_flight) &&
           turn(knobs.max_items, &Candidate::max_items);
  }

  // Turns the knobs under windows near the best from now on.
  void LookNearby() {
    if (best_.window == Duration(0)) {
      return;
    }
    const auto times = [&](double factor) {
      return RoundedWindow(
          Duration(std::llround(static_cast<double>(best_.window.count()) * factor)));
    };
    const TuneKnobs& knobs = trials_.knobs();
    windows_ = WindowsBetween(std::max(times(kNearest), knobs.shortest_window),
                              std::max(times(kFarthest), knobs.shortest_window), kNear);
    windows_.insert(windows_.begin(), Duration(0));
  }

  // Looks finely between the windows that lie around the best and around the last that holds.
  bool Refine() {
    const auto at = std::ranges::lower_bound(windows_, best_.window);
    const Duration low = at - windows_.begin() < 2 ? windows_[1] : *(at - 1);
    const auto beyond = at == windows_.end() ? at : at + 1;
    const Duration high = beyond == windows_.end() ? windows_.back() : *beyond;
    return low >= high || TryWindows(best_, WindowsBetween(low, high, kFine))
               ? (best_ = scores_.BestOf(best_), true)
               : false;
  }

  // The bottom of a loss that has one.
  bool TakeBottom() {
    if (rules_.goal.kind != GoalKind::kPrice || best_.window == Duration(0)) {
      return true;
    }
    const Trial& at_best = trials_.Of(best_);
    const double mean_gap_s = 1 / std::max(at_best.offered_rate, 1e-9);
    std::vector<WindowLoss> losses;
    for (const Scored& one : scores_.WithKnobsOf(best_)) {
      if (one.candidate.window > Duration(0) && one.score.standing == Standing::kHolds) {
        losses.push_back({.window_s = batcher::ToSeconds(one.candidate.window),
                          .loss = LossOf(rules_.goal, trials_.Of(one.candidate).summary)});
      }
    }
    const std::optional<double> bottom = BottomOf(losses, mean_gap_s);
    if (!bottom) {
      return true;
    }
    Candidate at_bottom = best_;
    at_bottom.window = RoundedWindow(Duration(std::llround(*bottom * 1e9)));
    const std::array<Candidate, 1> one = {at_bottom};
    if (!Try(one)) {
      return false;
    }
    best_ = at_bottom;
    return true;
  }

  // The best whose neighbours, 5 % away, are nearly as good; the best itself if there is none.
  bool TakeSteady() {
    if (best_.window == Duration(0) || scores_.ScoreOf(best_).standing != Standing::kHolds) {
      return true;
    }
    std::vector<Scored> by_preference = scores_.WithKnobsOf(best_);
    const double limit = scores_.ScoreOf(best_).regret + kSteadyWorth * scores_.Tolerance();
    std::erase_if(by_preference, [&](const Scored& one) {
      return one.score.standing != Standing::kHolds || one.score.regret > limit;
    });
    std::ranges::stable_sort(by_preference, {}, [&](const Scored& one) {
      return std::abs(
          std::log(static_cast<double>(std::max(one.candidate.window, Duration(1)).count()) /
                   static_cast<double>(best_.window.count())));
    });
    for (std::size_t i = 0; i < std::min(by_preference.size(), kSteadyLook); ++i) {
      const auto steady = IsSteady(by_preference[i].candidate);
      if (!steady) {
        return false;
      }
      if (*steady) {
        best_ = by_preference[i].candidate;
        return true;
      }
    }
    choice_.fragile = true;
    return true;
  }

  // None: the search is over.
  std::optional<bool> IsSteady(const Candidate& candidate) {
    std::array<Candidate, 2> nearby = {candidate, candidate};
    const auto window = static_cast<double>(candidate.window.count());
    nearby[0].window = RoundedWindow(Duration(std::llround(window * (1 - kPerturbed))));
    nearby[1].window = RoundedWindow(Duration(std::llround(window * (1 + kPerturbed))));
    if (!Try(nearby)) {
      return std::nullopt;
    }
    const double limit = scores_.ScoreOf(candidate).regret + Slack();
    return std::ranges::all_of(nearby, [&](const Candidate& one) {
      const Score score = scores_.ScoreOf(one);
      return score.standing == Standing::kHolds && score.regret <= limit;
    });
  }

  // What may be lost by another window: twice the tolerance, of a price 2 %.
  [[nodiscard]] double Slack() const {
    return rules_.goal.kind == GoalKind::kPrice
               ? 0.02 * LossOf(rules_.goal, trials_.Of(best_).summary)
               : kFlat * scores_.Tolerance();
  }

  void FindFlat() {
    const std::vector<Scored> scored = scores_.WithKnobsOf(best_);
    const double limit = choice_.score.regret + Slack();
    const auto good = [&](const Scored& one) {
      return one.score.standing == choice_.score.standing && one.score.regret <= limit;
    };
    const auto at = std::ranges::find(scored, best_, &Scored::candidate);
    auto from = at;
    while (from != scored.begin() && good(*(from - 1))) {
      --from;
    }
    auto to = at;
    while (to + 1 != scored.end() && good(*(to + 1))) {
      ++to;
    }
    choice_.flat_from = from->candidate.window;
    choice_.flat_to = to->candidate.window;
  }

  Trials& trials_;
  const SearchRules& rules_;
  const Scores scores_;
  std::vector<Duration> windows_;  // Under which knobs are turned, ascending from 0.
  Candidate best_;
  TuneChoice choice_;
  std::size_t turned_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<std::optional<TuneChoice>> Search(Trials& trials, const SearchRules& rules) {
  return Searcher(trials, rules).Run();
}

}  // namespace bench
