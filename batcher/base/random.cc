#include "batcher/base/random.h"

#include <cmath>
#include <numbers>

#include "batcher/base/check.h"

namespace batcher {

RandomStream::RandomStream(std::uint64_t seed) {
  for (std::uint64_t& word : state_) {
    word = Mix(seed);
    seed += 0x9e3779b97f4a7c15U;
  }
}

std::uint64_t RandomStream::Below(std::uint64_t bound) {
  CHECK(bound > 0);
  // Numbers from the incomplete last round would favour the small results: draw again.
  const std::uint64_t rejected_below = (0 - bound) % bound;
  while (true) {
    const std::uint64_t bits = Bits();
    if (bits >= rejected_below) {
      return bits % bound;
    }
  }
}

double RandomStream::Exponential() { return -std::log(Uniform()); }

Duration RandomStream::Exponential(Duration mean) {
  return Duration(std::llround(static_cast<double>(mean.count()) * Exponential()));
}

double RandomStream::Normal() {
  const double radius = std::sqrt(-2.0 * std::log(Uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * Uniform());
}

}  // namespace batcher
