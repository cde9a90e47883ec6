#include "bench/tune_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "batcher/base/check.h"
#include "batcher/core/options.h"
#include "results/lib/quantities.h"
#include "results/lib/stretch.h"
#include "results/lib/table.h"

namespace bench {
namespace {

using std::chrono_literals::operator""ms;
using batcher::Duration;
using batcher::Result;

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
    const bool done = Decide(choose) && FillRows(choose) && Explain(choose) && Check() && Bound() &&
                      Scale() && RankUnderFit();
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
    TuneFigures without;
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

  // The choice among ways that people know, shorter windows and the one with the lowest quantile.
  bool FillRows(Trials& choose) {
    std::vector<Candidate> rows = {WithoutBatches(input_.knobs).front(), PlainWay(50ms)};
    Candidate best = answer_.choice.best;
    if (!best.batches) {
      rows.push_back(best);
      best = StartOf(input_.knobs, 10ms);
    }
    for (const double part : {0.1, 0.5}) {
      Candidate shorter = best;
      shorter.window =
          RoundedWindow(Duration(std::llround(static_cast<double>(best.window.count()) * part)));
      rows.push_back(shorter);
    }
    rows.push_back(best);
    if (!Try(choose, rows)) {
      return false;
    }
    for (const Candidate& candidate : rows) {
      const bool is_double =
          std::ranges::find(answer_.rows, candidate, &TuneRow::candidate) != answer_.rows.end();
      if (!is_double) {
        answer_.rows.push_back({.candidate = candidate,
                                .label = LabelOf(candidate, input_.knobs),
                                .figures = WorstOf(choose, candidate)});
      }
    }
    return true;
  }

  // Polls each 100 ms, no lone calls by themselves: what the article does, with a window.
  [[nodiscard]] Candidate PlainWay(Duration window) const {
    Candidate plain = StartOf(input_.knobs, window);
    const auto& polls = input_.knobs.polls;
    const auto fixed = std::ranges::find(polls, std::string("fixed"), &batcher::Choice::kind);
    plain.poll = fixed == polls.end() ? 0 : static_cast<std::size_t>(fixed - polls.begin());
    const auto& single_below = input_.knobs.single_below;
    plain.single_below = std::ranges::count(single_below, 1U) > 0 ? 1 : single_below[0];
    return plain;
  }

  // From the plain way to the choice, one knob after the other, at the window chosen.
  bool Explain(Trials& choose) {
    const Candidate& best = answer_.choice.best;
    if (!best.batches) {
      return true;
    }
    Candidate way = PlainWay(best.window);
    std::vector<std::pair<std::string, Candidate>> steps = {{"window", way}};
    const auto turn = [&](auto member, std::string what) {
      if (way.*member != best.*member) {
        way.*member = best.*member;
        steps.emplace_back(std::move(what), way);
      }
    };
    turn(&Candidate::single_below, best.single_below == 2
                                       ? "lone calls singly"
                                       : fmt::format("single calls below {}", best.single_below));
    turn(&Candidate::poll, PollLabel(input_.knobs.polls[best.poll]) + " polls");
    turn(&Candidate::max_items, fmt::format("at most {} a batch", best.max_items));
    turn(&Candidate::max_in_flight, best.max_in_flight
                                        ? fmt::format("{} in flight", *best.max_in_flight)
                                        : "no limit in flight");
    for (const auto& [what, candidate] : steps) {
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

  // What the part of the log that was chosen on tells of another one.
  bool Bound() {
    if (!input_.calls) {
      return true;
    }
    const TrialGround& ground = input_.choose.front();
    const auto run = Simulate(With(answer_.choice.best, input_.knobs, ground.scenario),
                              {.stop = control_.stop}, &*ground.recorded);
    if (!run) {
      error_ = run.error();
      return false;
    }
    if (run->interrupted) {
      return false;
    }
    if (const auto stretch = results::StretchOf(run->ledger, ShareOf(answer_.quantity))) {
      answer_.saved_interval = stretch->requests_saved;
      answer_.quantile_interval = stretch->quantile_ms;
      answer_.block = stretch->block;
      answer_.blocks = stretch->blocks;
    }
    return true;
  }

  bool Scale() {
    if (!input_.calls || !answer_.choice.best.batches || input_.calls->log.sessions > 0) {
      return true;
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
    if (!input_.service || !answer_.choice.best.batches) {
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
