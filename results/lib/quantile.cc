#include "results/lib/quantile.h"

#include <algorithm>
#include <cmath>

#include "batcher/base/check.h"

namespace results {

std::uint64_t QuantileRank(double q, std::uint64_t count) {
  CHECK(q >= 0 && q <= 1 && count > 0);
  const double exact = q * static_cast<double>(count);
  // A product that should be whole may come out a hair above (0.07 * 100 does), which must not
  // count.
  const double rank = std::ceil(exact - exact * 1e-12);
  return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(rank), 1, count);
}

batcher::Duration Quantile(std::span<const batcher::Duration> ascending, double q) {
  return ascending[QuantileRank(q, ascending.size()) - 1];
}

std::uint64_t EvidenceNeeded(double q) {
  CHECK(q > 0 && q < 1);
  const auto needed = static_cast<std::uint64_t>(std::ceil(std::log(0.01) / std::log(q)));
  return needed > 100 ? (needed + 9) / 10 * 10 : needed;
}

}  // namespace results
