#include "results/lib/agreement.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

#include "batcher/base/check.h"

namespace results {

Agreement Compare(double exact, double simulated, std::span<const double> values) {
  CHECK(values.size() >= 2);
  const auto count = static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) {
    squares += (value - simulated) * (value - simulated);
  }
  Agreement agreement{.simulated = simulated, .error = std::sqrt(squares / (count - 1) / count)};
  constexpr double kRounding = 1e-9;
  const double difference = simulated - exact;
  if (agreement.error <= kRounding * std::abs(exact)) {
    agreement.z = std::abs(difference) <= kRounding * std::abs(exact)
                      ? 0
                      : std::copysign(std::numeric_limits<double>::infinity(), difference);
    return agreement;
  }
  const double t = std::abs(difference) / agreement.error;
  const double tail =
      boost::math::cdf(boost::math::complement(boost::math::students_t(count - 1), t));
  // Beyond it the tail is no longer told from 0.
  constexpr double kSmallestTail = 1e-300;
  const double z = boost::math::quantile(
      boost::math::complement(boost::math::normal(), std::max(tail, kSmallestTail)));
  agreement.z = std::copysign(z, difference);
  return agreement;
}

double ChanceOfAny(std::size_t count, double limit) {
  const double tail = boost::math::cdf(boost::math::complement(boost::math::normal(), limit));
  return std::min(1.0, 2 * tail * static_cast<double>(count));
}

}  // namespace results
