#include <cmath>

#include "batcher/base/random.h"
#include "scenarios/arrival_kinds.h"

namespace scenarios {
namespace {

using batcher::Choice;
using batcher::Duration;
using batcher::FieldUnit;
using batcher::Instant;

// A Markov-modulated Poisson process of two states: exponential times in each, Poisson arrivals at
// the rate of the state. Exact: the next arrival competes with the end of the state; if it loses,
// a new one is drawn from there, which is the same because the exponential has no memory.
// Source: Fischer, Meier-Hellstern, The Markov-modulated Poisson process (MMPP) cookbook,
// Performance Evaluation 18 (1993).
class OnOff final : public ArrivalSourceOf<OnOff> {
 public:
  OnOff(const Choice& choice, std::uint64_t seed)
      : on_{.mean_gap_ns = 1e9 / choice.Number("rate_on"), .mean_length = choice.Time("mean_on")},
        off_{.mean_gap_ns = 1e9 / choice.Number("rate_off"),
             .mean_length = choice.Time("mean_off")},
        draws_(seed, "arrivals") {
    // The state at a random moment, so that the start is like any other time.
    const double share_on =
        choice.Number("mean_on") / (choice.Number("mean_on") + choice.Number("mean_off"));
    Enter(draws_.Uniform() < share_on);
  }

  std::optional<Arrival> Next() {
    while (at_ < kEndOfTime) {
      const double gap_ns = (is_on_ ? on_ : off_).mean_gap_ns * draws_.Exponential();
      if (gap_ns < static_cast<double>((state_ends_ - at_).count())) {
        at_ += Duration(std::llround(gap_ns));
        return Arrival{.at = at_};
      }
      at_ = state_ends_;
      Enter(!is_on_);
    }
    return std::nullopt;
  }

 private:
  struct State {
    double mean_gap_ns = 0;  // Infinite at a rate of 0: no arrival wins.
    Duration mean_length{0};
  };

  void Enter(bool is_on) {
    is_on_ = is_on;
    state_ends_ = at_ + draws_.Exponential((is_on ? on_ : off_).mean_length);
  }

  State on_;
  State off_;
  batcher::RandomStream draws_;
  Instant at_;
  bool is_on_ = true;
  Instant state_ends_;  // Never before at_.
};

// Below this a run would spend its time on changes of state.
constexpr double kFewestCallsPerTurn = 0.001;

std::optional<std::string> Problem(const Choice& choice) {
  if (const auto problem = BoundsProblem(choice)) {
    return *problem;
  }
  const double calls_per_turn = (choice.Number("rate_on") * choice.Number("mean_on") +
                                 choice.Number("rate_off") * choice.Number("mean_off")) /
                                1e9;
  if (calls_per_turn < kFewestCallsPerTurn) {
    return "found less than one call in 1,000 turns of on and off, wanted longer means or higher "
           "rates";
  }
  const double turn_s = (choice.Number("mean_on") + choice.Number("mean_off")) / 1e9;
  return LengthProblem(choice, calls_per_turn / turn_s);
}

std::vector<batcher::FieldSpec> Fields() {
  return WithBounds({{.name = "rate_on",
                      .unit = FieldUnit::kRate,
                      .meaning = "Calls per time while on.",
                      .fallback = 500,
                      .minimum = kLowestRate,
                      .maximum = kHighestRate},
                     {.name = "rate_off",
                      .unit = FieldUnit::kRate,
                      .meaning = "Calls per time while off; 0: none.",
                      .fallback = 0,
                      .maximum = kHighestRate},
                     {.name = "mean_on",
                      .unit = FieldUnit::kDuration,
                      .meaning = "How long on lasts, on average; each time is exponential.",
                      .fallback = 1e9,
                      .minimum = 1e3,
                      .maximum = kLongestRunNs},
                     {.name = "mean_off",
                      .unit = FieldUnit::kDuration,
                      .meaning = "How long off lasts, on average; each time is exponential.",
                      .fallback = 4e9,
                      .minimum = 1e3,
                      .maximum = kLongestRunNs}});
}

}  // namespace

ArrivalKind OnOffArrivals() {
  return {.spec = {.name = "on_off",
                   .meaning = "Busy and quiet times in turn, the calls of each at random: traffic "
                              "that comes in clusters.",
                   .fields = Fields()},
          .stationary = true,
          .problem = Problem,
          .open = [](const Choice& choice, std::uint64_t seed) -> batcher::Result<ArrivalStream> {
            return ArrivalStream(std::make_unique<OnOff>(choice, seed), BoundsOf(choice));
          }};
}

}  // namespace scenarios
