#include <cmath>

#include "scenarios/arrival_kinds.h"

namespace scenarios {
namespace {

// Call k comes k gaps after the start: computed from k, so that roundings don't add up.
class Constant final : public ArrivalSourceOf<Constant> {
 public:
  explicit Constant(double rate_per_second) : rate_per_second_(rate_per_second) {}

  std::optional<Arrival> Next() {
    const double nanoseconds = static_cast<double>(next_++) * 1e9 / rate_per_second_;
    return Arrival{.at = batcher::At(batcher::Duration(std::llround(nanoseconds)))};
  }

 private:
  double rate_per_second_;
  std::uint64_t next_ = 0;
};

}  // namespace

ArrivalKind ConstantArrivals() {
  return {
      .spec = {.name = "constant",
               .meaning = "A call at the start and then one after each equal gap.",
               .fields = SteadyFields()},
      .stationary = true,
      .problem = SteadyProblem,
      .open = [](const batcher::Choice& choice, std::uint64_t) -> batcher::Result<ArrivalStream> {
        return ArrivalStream(std::make_unique<Constant>(choice.Number("rate")), BoundsOf(choice));
      }};
}

}  // namespace scenarios
