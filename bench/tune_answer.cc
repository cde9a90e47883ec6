#include "bench/tune_answer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "bench/tune_comparison.h"
#include "results/lib/quantities.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Result;

// A window that is shorter than the gaps of a timer by so much is clear of their spread.
constexpr double kJustShorter = 0.97;
// Of the requests saved: what a reader would not want to miss.
constexpr double kClearlyLess = 0.03;

// Answers step by step; each step is false after a stop or an error.
class Answerer {
 public:
  Answerer(const TuneInput& input, const AnswerRules& rules, const RunControl& control)
      : input_(input), rules_(rules), control_(control) {
    answer_.goal = rules.search.goal;
    answer_.slo = rules.search.slo;
    answer_.quantity = QuantityOf(rules.search.slo);
    asked_ = {.goal = answer_.goal, .slo = answer_.slo, .quantity = answer_.quantity};
  }

  Result<std::optional<TuneAnswer>> Run() {
    Trials choose(input_.choose, input_.knobs, rules_.jobs, control_);
    const auto choice = Search(choose, rules_.search);
    if (!choice) {
      return choice.error();
    }
    if (!*choice) {
      return std::optional<TuneAnswer>();
    }
    answer_.choice = **choice;
    const bool done = Decide(choose) && FillRows(choose) && Explain(choose) && FindEdge(choose) &&
                      Check() && Look() && Scale() && RankUnderFit();
    answer_.runs += choose.runs();
    if (error_) {
      return *error_;
    }
    return done ? std::optional(std::move(answer_)) : std::optional<TuneAnswer>();
  }

 private:
  bool Try(Trials& trials, std::span<const Candidate> candidates) {
    const Result<bool> done = trials.Run(candidates);
    if (!done) {
      error_ = done.error();
    }
    return done && *done;
  }

  [[nodiscard]] TuneFigures FiguresOf(const Trial& trial) const {
    return bench::FiguresOf(trial, asked_);
  }
  [[nodiscard]] TuneFigures WorstOf(const Trials& trials, const Candidate& candidate) const {
    return bench::WorstOf(trials, candidate, asked_);
  }

  // Whether a batch is worth it at all.
  bool Decide(Trials& choose) {
    Candidate single;
    TuneFigures& without = answer_.without;
    for (const Candidate& candidate : WithoutBatches(input_.knobs)) {
      const TuneFigures figures = WorstOf(choose, candidate);
      const double worth = WorthwhileGain(answer_.goal, without);
      if (single.batches || figures.judged.standing < without.judged.standing ||
          (figures.judged.standing == without.judged.standing &&
           figures.judged.loss < without.judged.loss - worth)) {
        single = candidate;
        without = figures;
      }
    }
    answer_.chosen = WorstOf(choose, answer_.choice.best);
    answer_.do_not_batch =
        WhyNotToBatch(answer_.goal, without, answer_.chosen, answer_.choice.best.window);
    if (answer_.do_not_batch) {
      answer_.choice.best = single;
      answer_.chosen = without;
      answer_.choice.score.standing = without.judged.standing;
    }
    return true;
  }

  bool FillRows(Trials& choose) {
    const std::vector<Candidate> rows = ComparedWith(input_.knobs, answer_.choice.best);
    if (!Try(choose, rows)) {
      return false;
    }
    for (const Candidate& candidate : rows) {
      const Trial& trial = WorstTrialOf(choose, candidate, asked_);
      answer_.rows.push_back({.candidate = candidate,
                              .label = LabelOf(candidate, input_.knobs),
                              .figures = FiguresOf(trial),
                              .summary = trial.summary,
                              .curve = trial.curve,
                              .sizes = trial.sizes});
    }
    return true;
  }

  bool Explain(Trials& choose) {
    if (!answer_.choice.best.batches) {
      return true;
    }
    for (const auto& [what, candidate] : TurnsTo(input_.knobs, answer_.choice.best)) {
      const std::array<Candidate, 1> one = {candidate};
      if (!Try(choose, one)) {
        return false;
      }
      answer_.steps.push_back({.what = what, .figures = WorstOf(choose, candidate)});
    }
    return true;
  }

  // On calls, or seeds, that had no part in the choice.
  bool Check() {
    Trials check(input_.check, input_.knobs, rules_.jobs, control_);
    const std::array<Candidate, 1> one = {answer_.choice.best};
    if (!Try(check, one)) {
      return false;
    }
    answer_.runs += check.runs();
    answer_.checked = WorstOf(check, answer_.choice.best);
    const Standing standing = answer_.checked.judged.standing;
    answer_.held = standing == Standing::kHolds || standing == Standing::kLacksEvidence;
    if (!input_.calls) {
      SeedIntervals(check.Of(answer_.choice.best));
    }
    return true;
  }

  void SeedIntervals(const Trial& trial) {
    std::vector<double> saved;
    std::vector<double> quantiles;
    for (const results::Summary& run : trial.runs) {
      saved.push_back(run.requests_saved.value_or(0));
      quantiles.push_back(results::ValueOf(run, answer_.quantity).value_or(0));
    }
    answer_.saved_interval = results::SectionedInterval(answer_.checked.saved, saved);
    if (answer_.checked.quantile_ms) {
      answer_.quantile_interval =
          results::SectionedInterval(*answer_.checked.quantile_ms, quantiles);
    }
  }

  // One run of the choice with all its records, and what it tells of other stretches of a log.
  bool Look() {
    const TrialGround& ground = input_.choose.front();
    LookFor wanted{.quantile = ShareOf(answer_.quantity)};
    if (answer_.goal.kind == GoalKind::kPrice) {
      wanted.price = answer_.goal.price;
    }
    auto look = LookCloser(answer_.choice.best, input_.knobs, ground, wanted, control_.stop);
    if (!look) {
      error_ = look.error();
      return false;
    }
    if (!*look) {
      return false;
    }
    answer_.look = **std::move(look);
    if (const auto& stretch = answer_.look.stretch) {
      answer_.saved_interval = stretch->requests_saved;
      answer_.quantile_interval = stretch->quantile_ms;
    }
    return true;
  }

  // The timer upstream whose gaps are next below the window, if shorter windows save clearly less.
  bool FindEdge(Trials& choose) {
    const Candidate& best = answer_.choice.best;
    if (!input_.calls || !best.batches) {
      return true;
    }
    const std::vector<Duration> gaps = scenarios::GapsOf(input_.calls->log.calls);
    std::optional<scenarios::GapComb> below;
    for (const scenarios::GapComb& comb : scenarios::FindCombs(gaps)) {
      if (comb.high <= best.window && (!below || comb.low > below->low)) {
        below = comb;
      }
    }
    if (!below) {
      return true;
    }
    Candidate shorter = best;
    shorter.window = RoundedWindow(
        Duration(std::llround(kJustShorter * static_cast<double>(below->low.count()))));
    const std::array<Candidate, 1> one = {shorter};
    if (!Try(choose, one)) {
      return false;
    }
    const TuneFigures figures = WorstOf(choose, shorter);
    if (figures.saved < answer_.chosen.saved - kClearlyLess) {
      answer_.edge = {.timer = *below, .window = shorter.window, .figures = figures};
    }
    return true;
  }

  bool Scale() {
    if (!input_.calls || !answer_.choice.best.batches) {
      return true;
    }
    if (input_.choose.front().recorded->arrivals.waits()) {
      return true;  // Callers who wait come at the pace of their answers.
    }
    for (const double factor : {0.5, 2.0, 10.0}) {
      for (const MoreTraffic how : {MoreTraffic::kFaster, MoreTraffic::kCopies}) {
        TrialGround ground = input_.choose.front();
        ground.recorded = Scaled(input_.calls->log, factor, how);
        ground.seeds.resize(1);
        Trials trials({ground}, input_.knobs, rules_.jobs, control_);
        const std::array<Candidate, 1> one = {answer_.choice.best};
        if (!Try(trials, one)) {
          return false;
        }
        answer_.runs += trials.runs();
        answer_.scaled.push_back(
            {.factor = factor, .how = how, .figures = FiguresOf(trials.Of(answer_.choice.best))});
      }
    }
    return true;
  }

  // Where the choice stands among the rows if the service is as its times allow at either end.
  bool RankUnderFit() {
    // Of timings that do not tell everything the ends are not known either.
    if (!input_.service || !input_.service->warnings.empty() || !answer_.choice.best.batches) {
      return true;
    }
    const auto rank = [&](const mock_server::ServiceOptions& server) -> std::optional<std::size_t> {
      std::vector<TrialGround> grounds = input_.choose;
      for (TrialGround& ground : grounds) {
        ground.scenario.server = server;
      }
      Trials trials(std::move(grounds), input_.knobs, rules_.jobs, control_);
      std::vector<Candidate> rows;
      for (const TuneRow& row : answer_.rows) {
        rows.push_back(row.candidate);
      }
      if (!Try(trials, rows)) {
        return std::nullopt;
      }
      answer_.runs += trials.runs();
      const TuneFigures own = WorstOf(trials, answer_.choice.best);
      return 1 + static_cast<std::size_t>(std::ranges::count_if(rows, [&](const Candidate& row) {
               const TuneFigures other = WorstOf(trials, row);
               return std::pair(other.judged.standing, other.judged.loss) <
                      std::pair(own.judged.standing, own.judged.loss);
             }));
    };
    answer_.rank_if_fast = rank(input_.service->optimistic);
    answer_.rank_if_slow = answer_.rank_if_fast ? rank(input_.service->pessimistic) : std::nullopt;
    return answer_.rank_if_slow.has_value();
  }

  const TuneInput& input_;
  const AnswerRules& rules_;
  const RunControl& control_;
  AskedFor asked_;
  TuneAnswer answer_;
  std::optional<batcher::Error> error_;
};

}  // namespace

Result<std::optional<TuneAnswer>> AnswerOf(const TuneInput& input, const AnswerRules& rules,
                                           const RunControl& control) {
  return Answerer(input, rules, control).Run();
}

}  // namespace bench
