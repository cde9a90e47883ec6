#include <cmath>
#include <numbers>

#include "batcher/base/random.h"
#include "scenarios/arrival_kinds.h"

namespace scenarios {
namespace {

using batcher::Choice;
using batcher::FieldUnit;

constexpr double kDayNs = 24 * 3600e9;

// A Poisson process whose rate is a sine around its mean. Exact, by thinning: of the arrivals of a
// process with the highest rate, each is kept with the probability of the rate at its time over the
// highest.
// Source: Lewis, Shedler, Simulation of nonhomogeneous Poisson processes by thinning, Naval
// Research Logistics Quarterly 26 (1979).
class Diurnal final : public ArrivalSourceOf<Diurnal> {
 public:
  Diurnal(const Choice& choice, std::uint64_t seed)
      : amplitude_(choice.Number("amplitude")),
        period_(choice.Time("period")),
        shortest_mean_gap_ns_(1e9 / (choice.Number("mean") * (1 + amplitude_))),
        draws_(seed, "arrivals") {}

  std::optional<Arrival> Next() {
    while (true) {
      const auto candidate = ArriveAfter(shortest_mean_gap_ns_ * draws_.Exponential(), at_);
      if (!candidate || draws_.Uniform() * (1 + amplitude_) < RateOverMean()) {
        return candidate;
      }
    }
  }

 private:
  // At the present time. The whole periods are taken off in integers, so that the sine is as good
  // after a month as at the start.
  [[nodiscard]] double RateOverMean() const {
    const double turns = static_cast<double>((at_.time_since_epoch() % period_).count()) /
                         static_cast<double>(period_.count());
    return 1 + amplitude_ * std::sin(2 * std::numbers::pi * turns);
  }

  double amplitude_;
  batcher::Duration period_;
  double shortest_mean_gap_ns_;
  batcher::RandomStream draws_;
  batcher::Instant at_;
};

std::optional<std::string> Problem(const Choice& choice) {
  const auto problem = BoundsProblem(choice);
  return problem ? problem : LengthProblem(choice, choice.Number("mean"));
}

std::vector<batcher::FieldSpec> Fields() {
  return WithBounds(
      {{.name = "mean",
        .unit = FieldUnit::kRate,
        .meaning = "Calls per time, on average over a period; the rate at the start.",
        .fallback = 200,
        .minimum = kLowestRate,
        .maximum = kHighestRate},
       {.name = "amplitude",
        .unit = FieldUnit::kNumber,
        .meaning = "How far the rate goes above and below the mean, as a share of it; 0: not at "
                   "all, 1: down to no calls.",
        .fallback = 0.5,
        .maximum = 1},
       {.name = "period",
        .unit = FieldUnit::kDuration,
        .meaning = "From one peak to the next; the first is a quarter of it after the start.",
        .fallback = kDayNs,
        .minimum = 1,
        .maximum = kLongestRunNs}});
}

}  // namespace

ArrivalKind DiurnalArrivals() {
  return {.spec = {.name = "diurnal",
                   .meaning = "Calls at random whose rate rises and falls as over a day.",
                   .fields = Fields()},
          .problem = Problem,
          .open = [](const Choice& choice, std::uint64_t seed) -> batcher::Result<ArrivalStream> {
            return ArrivalStream(std::make_unique<Diurnal>(choice, seed), BoundsOf(choice));
          }};
}

}  // namespace scenarios
