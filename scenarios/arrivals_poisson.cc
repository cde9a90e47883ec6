#include <cmath>

#include "batcher/base/random.h"
#include "scenarios/arrival_kinds.h"

namespace scenarios {
namespace {

// Exponential gaps, each rounded to whole nanoseconds, so that the sum is exact on every machine.
class Poisson final : public ArrivalSourceOf<Poisson> {
 public:
  Poisson(double rate_per_second, std::uint64_t seed)
      : mean_gap_ns_(1e9 / rate_per_second), gaps_(seed, "arrivals") {}

  std::optional<Arrival> Next() {
    at_ += batcher::Duration(std::llround(mean_gap_ns_ * gaps_.Exponential()));
    return Arrival{.at = at_};
  }

 private:
  double mean_gap_ns_;
  batcher::RandomStream gaps_;
  batcher::Instant at_;
};

}  // namespace

ArrivalKind PoissonArrivals() {
  return {.spec = {.name = "poisson",
                   .meaning = "Many independent callers: calls at random, the gaps exponential.",
                   .fields = SteadyFields()},
          .stationary = true,
          .problem = SteadyProblem,
          .open = [](const batcher::Choice& choice,
                     std::uint64_t seed) -> batcher::Result<ArrivalStream> {
            return ArrivalStream(std::make_unique<Poisson>(choice.Number("rate"), seed),
                                 BoundsOf(choice));
          }};
}

}  // namespace scenarios
