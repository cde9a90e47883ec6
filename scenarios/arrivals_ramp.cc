#include <algorithm>
#include <cmath>

#include "batcher/base/random.h"
#include "scenarios/arrival_kinds.h"

namespace scenarios {
namespace {

using batcher::Choice;
using batcher::FieldUnit;

// A Poisson process whose rate changes linearly. Exact: over the gap after an arrival the rate
// sums up to an exponential number e of mean 1, so that the gap g is the smaller positive root of
// rate * g + slope * g^2 / 2 = e, where `rate` is that at the arrival. In this form of the root
// nothing cancels.
// Source: Cinlar, Introduction to Stochastic Processes (1975), ch. 4 (inversion of the integrated
// rate).
class Ramp final : public ArrivalSourceOf<Ramp> {
 public:
  Ramp(const Choice& choice, std::uint64_t seed)
      : from_per_ns_(choice.Number("from") / 1e9),
        slope_per_ns2_((choice.Number("to") / 1e9 - from_per_ns_) / choice.Number("for")),
        draws_(seed, "arrivals") {}

  std::optional<Arrival> Next() {
    const double rate_per_ns =
        from_per_ns_ + slope_per_ns2_ * static_cast<double>(at_.time_since_epoch().count());
    const double exponential = draws_.Exponential();
    const double radicand = rate_per_ns * rate_per_ns + 2 * slope_per_ns2_ * exponential;
    if (radicand < 0) {  // The rate falls to 0 before its sum gets there.
      return std::nullopt;
    }
    return ArriveAfter(2 * exponential / (rate_per_ns + std::sqrt(radicand)), at_);
  }

 private:
  double from_per_ns_;
  double slope_per_ns2_;
  batcher::RandomStream draws_;
  batcher::Instant at_;
};

std::optional<std::string> Problem(const Choice& choice) {
  if (std::max(choice.Number("from"), choice.Number("to")) < kLowestRate) {
    return "found rates below 0.0001/s at both ends, wanted one of at least 0.0001/s";
  }
  return std::nullopt;
}

std::vector<batcher::FieldSpec> Fields() {
  return {{.name = "from",
           .unit = FieldUnit::kRate,
           .meaning = "Calls per time at the start; 0: none.",
           .fallback = 0,
           .maximum = kHighestRate},
          {.name = "to",
           .unit = FieldUnit::kRate,
           .meaning = "Calls per time at the end; 0: none.",
           .fallback = 200,
           .maximum = kHighestRate},
          {.name = "for",
           .unit = FieldUnit::kDuration,
           .meaning = "Calls come before this time, when the rate is that of the end.",
           .minimum = 1,
           .maximum = kLongestRunNs}};
}

}  // namespace

ArrivalKind RampArrivals() {
  return {
      .spec = {.name = "ramp",
               .meaning = "Calls at random whose rate rises or falls evenly: at which rate does "
                          "it break?",
               .fields = Fields()},
      .problem = Problem,
      .open = [](const Choice& choice, std::uint64_t seed) -> batcher::Result<ArrivalStream> {
        return ArrivalStream(std::make_unique<Ramp>(choice, seed),
                             {.count = std::nullopt, .length = choice.Time("for")});
      }};
}

}  // namespace scenarios
