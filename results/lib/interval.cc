#include "results/lib/interval.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "batcher/base/check.h"

namespace results {

double StudentFactor(double level, double degrees_of_freedom) {
  CHECK(level > 0 && level < 1 && degrees_of_freedom > 0);
  return boost::math::quantile(boost::math::students_t(degrees_of_freedom), (1 + level) / 2);
}

std::optional<Interval> StudentInterval(std::span<const double> values, double level) {
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) /
                      static_cast<double>(std::max<std::size_t>(values.size(), 1));
  return SectionedInterval(mean, values, level);
}

std::optional<Interval> SectionedInterval(double estimate, std::span<const double> values,
                                          double level) {
  CHECK(level > 0 && level < 1);
  const auto finite = [](double value) { return std::isfinite(value); };
  if (values.size() < 2 || !finite(estimate) || !std::ranges::all_of(values, finite)) {
    return std::nullopt;
  }
  const auto count = static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) {
    squares += (value - estimate) * (value - estimate);
  }
  const double half = StudentFactor(level, count - 1) * std::sqrt(squares / (count - 1) / count);
  return Interval{.estimate = estimate, .low = estimate - half, .high = estimate + half};
}

std::optional<Interval> PairedDifference(std::span<const double> a, std::span<const double> b,
                                         double level) {
  CHECK(a.size() == b.size());
  std::vector<double> differences(a.size());
  std::ranges::transform(a, b, differences.begin(), std::minus<>());
  return StudentInterval(differences, level);
}

}  // namespace results
