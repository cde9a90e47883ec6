#include <cmath>

#include "batcher/base/random.h"
#include "scenarios/arrival_kinds.h"

namespace scenarios {
namespace {

using batcher::Choice;
using batcher::FieldUnit;

// Gaps of the Pareto distribution of the second type, which starts at 0:
// P(gap > x) = (1 + x / scale)^-alpha, with mean scale / (alpha - 1). Drawn by inversion, the power
// as the exponential function of an exponential number. The first gap begins at the start like any
// other: in equilibrium it would have an infinite mean for alpha <= 2.
// Source: Lomax, Business failures, Journal of the American Statistical Association 49 (1954).
class Pareto final : public ArrivalSourceOf<Pareto> {
 public:
  Pareto(double mean_gap_ns, double alpha, std::uint64_t seed)
      : scale_ns_(mean_gap_ns * (alpha - 1)), alpha_(alpha), gaps_(seed, "arrivals") {}

  std::optional<Arrival> Next() {
    return ArriveAfter(scale_ns_ * (std::exp(gaps_.Exponential() / alpha_) - 1), at_);
  }

 private:
  double scale_ns_;
  double alpha_;
  batcher::RandomStream gaps_;
  batcher::Instant at_;
};

std::optional<std::string> Problem(const Choice& choice) {
  const auto problem = BoundsProblem(choice);
  return problem ? problem : LengthProblem(choice, 1e9 / choice.Number("mean_gap"));
}

std::vector<batcher::FieldSpec> Fields() {
  return WithBounds({{.name = "mean_gap",
                      .unit = FieldUnit::kDuration,
                      .meaning = "From one call to the next, on average.",
                      .fallback = 5e6,
                      .minimum = 1,
                      .maximum = 10e12},
                     {.name = "alpha",
                      .unit = FieldUnit::kNumber,
                      .meaning = "How fast the tail of the gaps falls, above 1; the variance is "
                                 "infinite up to 2.",
                      .fallback = 1.5,
                      .minimum = 1.01,
                      .maximum = 1e6}});
}

}  // namespace

ArrivalKind ParetoArrivals() {
  return {.spec = {.name = "pareto",
                   .meaning = "Independent gaps with a power-law tail: most are short, a few are "
                              "very long.",
                   .fields = Fields()},
          .stationary = true,
          .problem = Problem,
          .open = [](const Choice& choice, std::uint64_t seed) -> batcher::Result<ArrivalStream> {
            return ArrivalStream(
                std::make_unique<Pareto>(choice.Number("mean_gap"), choice.Number("alpha"), seed),
                BoundsOf(choice));
          }};
}

}  // namespace scenarios
