#include "results/lib/difference.h"

#include <algorithm>
#include <cmath>

#include "batcher/base/check.h"

namespace results {
namespace {

// The mean, and the variance of the mean.
struct Moments {
  double mean = 0;
  double variance = 0;
  double count = 0;
};

Moments MomentsOf(std::span<const double> values) {
  Moments moments{.count = static_cast<double>(values.size())};
  for (const double value : values) {
    moments.mean += value / moments.count;
  }
  for (const double value : values) {
    const double off = value - moments.mean;
    moments.variance += off * off / (moments.count - 1) / moments.count;
  }
  return moments;
}

bool LeavesOutZero(const std::optional<Interval>& interval) {
  return interval && (interval->low > 0 || interval->high < 0);
}

}  // namespace

Interval DifferenceOf(const Interval& a, const Interval& b) {
  const double difference = b.estimate - a.estimate;
  return {.estimate = difference,
          .low = difference - std::hypot(b.estimate - b.low, a.high - a.estimate),
          .high = difference + std::hypot(b.high - b.estimate, a.estimate - a.low)};
}

std::optional<Interval> WelchDifference(std::span<const double> a, std::span<const double> b,
                                        double level) {
  CHECK(level > 0 && level < 1);
  if (a.size() < 2 || b.size() < 2) {
    return std::nullopt;
  }
  const Moments of_a = MomentsOf(a);
  const Moments of_b = MomentsOf(b);
  const double variance = of_a.variance + of_b.variance;
  const double difference = of_b.mean - of_a.mean;
  if (!std::isfinite(variance) || !std::isfinite(difference)) {
    return std::nullopt;
  }
  if (variance == 0) {
    return Interval{.estimate = difference, .low = difference, .high = difference};
  }
  const double degrees_of_freedom = variance * variance /
                                    (of_a.variance * of_a.variance / (of_a.count - 1) +
                                     of_b.variance * of_b.variance / (of_b.count - 1));
  const double half = StudentFactor(level, degrees_of_freedom) * std::sqrt(variance);
  return Interval{.estimate = difference, .low = difference - half, .high = difference + half};
}

std::vector<bool> ShownAmongMany(std::span<const DifferenceAt> differences,
                                 double chance_of_any_error) {
  std::vector<bool> shown(differences.size(), false);
  // Each that is shown leaves fewer among which one may be wrong.
  for (bool found = true; found;) {
    found = false;
    const auto left = static_cast<double>(std::ranges::count(shown, false));
    for (std::size_t i = 0; i < differences.size(); ++i) {
      if (!shown[i] && LeavesOutZero(differences[i](1 - chance_of_any_error / left))) {
        shown[i] = true;
        found = true;
      }
    }
  }
  return shown;
}

}  // namespace results
