#include "bench/tune_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "batcher/core/options.h"

namespace bench {
namespace {

using std::chrono_literals::operator""ms;
using batcher::Duration;

}  // namespace

Candidate PlainWay(const TuneKnobs& knobs, Duration window) {
  Candidate plain = StartOf(knobs, window);
  const auto fixed = std::ranges::find(knobs.polls, std::string("fixed"), &batcher::Choice::kind);
  plain.poll =
      fixed == knobs.polls.end() ? 0 : static_cast<std::size_t>(fixed - knobs.polls.begin());
  plain.single_below =
      std::ranges::count(knobs.single_below, 1U) > 0 ? 1 : knobs.single_below.front();
  return plain;
}

std::vector<Candidate> ComparedWith(const TuneKnobs& knobs, const Candidate& best) {
  std::vector<Candidate> all = {WithoutBatches(knobs).front(), PlainWay(knobs, 50ms)};
  if (!best.batches) {
    all.push_back(best);
  }
  Candidate way = best.batches ? best : StartOf(knobs, 10ms);
  const auto window = static_cast<double>(way.window.count());
  for (const double part : {0.1, 0.5, 1.0}) {
    way.window = part < 1 ? RoundedWindow(Duration(std::llround(part * window)))
                          : Duration(std::llround(window));
    all.push_back(way);
  }
  std::vector<Candidate> compared;
  for (const Candidate& candidate : all) {
    if (std::ranges::find(compared, candidate) == compared.end()) {
      compared.push_back(candidate);
    }
  }
  return compared;
}

std::vector<KnobTurn> TurnsTo(const TuneKnobs& knobs, const Candidate& best) {
  Candidate way = PlainWay(knobs, best.window);
  std::vector<KnobTurn> turns = {{"window", way}};
  const auto turn = [&](auto member, std::string what) {
    if (way.*member != best.*member) {
      way.*member = best.*member;
      turns.push_back({std::move(what), way});
    }
  };
  turn(&Candidate::single_below, best.single_below == 2
                                     ? "lone calls singly"
                                     : fmt::format("single calls below {}", best.single_below));
  turn(&Candidate::poll, PollLabel(knobs.polls[best.poll]) + " polls");
  turn(&Candidate::max_items, fmt::format("at most {} a batch", best.max_items));
  turn(&Candidate::max_in_flight, best.max_in_flight
                                      ? fmt::format("{} in flight", *best.max_in_flight)
                                      : "no limit in flight");
  return turns;
}

}  // namespace bench
