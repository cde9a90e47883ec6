#include "results/lib/service_fit.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "batcher/base/check.h"
#include "results/lib/quantile.h"

namespace results {
namespace {

constexpr double kHuber = 1.345;       // 95 % of the efficiency of least squares under a normal law
constexpr double kNormalMad = 1.4826;  // standard deviation over median distance, normal law
constexpr double kCut = 3;
constexpr int kRounds = 50;
constexpr std::size_t kMostSizes = 200;
constexpr double kLeast = 0.1;
constexpr double kExact = 1e-9;  // a relative deviation that is rounding

double Median(std::vector<double> values) {
  const auto rank = static_cast<std::ptrdiff_t>(QuantileRank(0.5, values.size()));
  std::ranges::nth_element(values, values.begin() + (rank - 1));
  return values[static_cast<std::size_t>(rank - 1)];
}

double RobustDeviation(const std::vector<double>& values, double centre) {
  std::vector<double> distances(values.size());
  std::ranges::transform(values, distances.begin(),
                         [&](double value) { return std::abs(value - centre); });
  return kNormalMad * Median(std::move(distances));
}

struct Line {
  double base = 0;
  double per_item = 0;

  [[nodiscard]] double At(std::size_t size) const {
    return base + per_item * static_cast<double>(size);
  }
};

// Medians by size, at most kMostSizes of them.
std::vector<Timing> MediansBySize(std::span<const Timing> timings) {
  std::map<std::size_t, std::vector<double>> by_size;
  for (const Timing& timing : timings) {
    by_size[timing.size].push_back(timing.ms);
  }
  const std::size_t step = (by_size.size() + kMostSizes - 1) / kMostSizes;
  std::vector<Timing> medians;
  std::size_t index = 0;
  for (auto& [size, times] : by_size) {
    if (index++ % step == 0) {
      medians.push_back({.size = size, .ms = Median(std::move(times))});
    }
  }
  return medians;
}

// REQUIRES: two sizes.
Line TheilSen(const std::vector<Timing>& medians) {
  std::vector<double> slopes;
  for (std::size_t i = 0; i < medians.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      slopes.push_back((medians[i].ms - medians[j].ms) /
                       static_cast<double>(medians[i].size - medians[j].size));
    }
  }
  Line line{.per_item = std::max(0.0, Median(std::move(slopes)))};
  std::vector<double> bases;
  for (const Timing& median : medians) {
    bases.push_back(median.ms - line.per_item * static_cast<double>(median.size));
  }
  line.base = std::max(0.0, Median(std::move(bases)));
  if (line.base + line.per_item == 0) {
    line.base = medians.front().ms;
  }
  return line;
}

// The logarithms of time over line.
std::vector<double> Deviations(std::span<const Timing> timings, const Line& line) {
  std::vector<double> deviations(timings.size());
  std::ranges::transform(timings, deviations.begin(), [&](const Timing& timing) {
    return std::log(timing.ms / line.At(timing.size));
  });
  return deviations;
}

// Sums of weighted least squares.
struct Normal {
  double ones = 0;
  double sizes = 0;
  double squares = 0;
  double times = 0;
  double products = 0;

  void Add(std::size_t items, double time, double weight) {
    const auto size = static_cast<double>(items);
    ones += weight;
    sizes += weight * size;
    squares += weight * size * size;
    times += weight * time;
    products += weight * size * time;
  }
  [[nodiscard]] double Determinant() const { return ones * squares - sizes * sizes; }
  // The best line whose parts are at least 0.
  [[nodiscard]] Line Solve() const {
    const double determinant = Determinant();
    const Line free{.base = (squares * times - sizes * products) / determinant,
                    .per_item = (ones * products - sizes * times) / determinant};
    if (free.base < 0) {
      return {.base = 0, .per_item = products / squares};
    }
    if (free.per_item < 0) {
      return {.base = times / ones, .per_item = 0};
    }
    return free;
  }
};

// Gauss and Newton's steps: near the line, log(time / line) is time / line - 1. Far below it that
// would be a negative time.
Line Refine(std::span<const Timing> timings, Line line) {
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<double> deviations = Deviations(timings, line);
    const double scale = std::max(RobustDeviation(deviations, 0), kExact);
    Normal normal;
    for (std::size_t i = 0; i < timings.size(); ++i) {
      const double height = line.At(timings[i].size);
      const double cut = std::min(1.0, kHuber * scale / std::max(std::abs(deviations[i]), kExact));
      normal.Add(timings[i].size, height * std::max(1 + deviations[i], kLeast),
                 cut / (height * height));
    }
    const Line before = std::exchange(line, normal.Solve());
    if (std::abs(line.base - before.base) <= kExact * before.base &&
        std::abs(line.per_item - before.per_item) <= kExact * before.per_item) {
      break;
    }
  }
  return line;
}

// By how much the two parts of the line may be off, half a 95 % interval.
Line HalfIntervals(std::span<const Timing> timings, const Line& line) {
  const std::vector<double> deviations = Deviations(timings, line);
  // Where most timings lie on the line, the others alone tell how far off it may be.
  const double robust = RobustDeviation(deviations, 0);
  const double most = robust < kExact ? std::numeric_limits<double>::infinity() : kHuber * robust;
  const auto count = static_cast<double>(timings.size());
  Normal normal;
  double squares = 0;
  double within = 0;
  for (std::size_t i = 0; i < timings.size(); ++i) {
    const double height = line.At(timings[i].size);
    normal.Add(timings[i].size, height, 1 / (height * height));
    const double cut = std::min(std::abs(deviations[i]), most);
    squares += cut * cut;
    within += std::abs(deviations[i]) <= most ? 1 : 0;
  }
  const double share = within / count;  // at least half: the median distance is within
  const double correction = 1 + 2 / count * (1 - share) / share;
  const double deviation = correction * std::sqrt(squares / (count - 2)) / share;
  const double factor = StudentFactor(0.95, count - 2) * deviation;
  const double determinant = normal.Determinant();
  return {.base = factor * std::sqrt(normal.squares / determinant),
          .per_item = factor * std::sqrt(normal.ones / determinant)};
}

Interval Part(double estimate, double half) {
  return {.estimate = estimate, .low = std::max(0.0, estimate - half), .high = estimate + half};
}

double CvOf(double spread) { return std::sqrt(std::expm1(spread * spread)); }

}  // namespace

double LogSpread(std::span<const double> values, std::size_t parameters) {
  CHECK(values.size() >= 2 && parameters < values.size());
  std::vector<double> logs(values.size());
  std::ranges::transform(values, logs.begin(), [](double value) { return std::log(value); });
  const double median = Median(logs);
  const double robust = RobustDeviation(logs, median);
  double squares = 0;
  for (const double value : logs) {
    const double cut = std::min(std::abs(value - median), kCut * robust);
    squares += cut * cut;
  }
  const double spread = std::sqrt(squares / static_cast<double>(values.size() - parameters));
  return spread < kExact ? 0 : spread;
}

// The d-th smallest and the d-th largest enclose the median with 1 - 2 P(fewer than d of n coins).
Interval MedianInterval(std::span<const double> values) {
  CHECK(!values.empty());
  std::vector<double> ascending(values.begin(), values.end());
  std::ranges::sort(ascending);
  const auto count = static_cast<double>(ascending.size());
  const boost::math::binomial heads(count, 0.5);
  std::size_t rank = 1;
  while (rank < ascending.size() / 2 &&
         boost::math::cdf(heads, static_cast<double>(rank)) <= 0.025) {
    ++rank;
  }
  return {.estimate = ascending[QuantileRank(0.5, ascending.size()) - 1],
          .low = ascending[rank - 1],
          .high = ascending[ascending.size() - rank]};
}

std::optional<ServiceFit> FitService(std::span<const Timing> timings) {
  const auto usable = [](const Timing& timing) {
    return timing.size > 0 && std::isfinite(timing.ms) && timing.ms > 0;
  };
  if (timings.size() < 3 || !std::ranges::all_of(timings, usable)) {
    return std::nullopt;
  }
  const auto [smallest, largest] = std::ranges::minmax(timings, {}, &Timing::size);
  ServiceFit fit{.timings = timings.size(), .smallest = smallest.size, .largest = largest.size};
  fit.one_size = fit.smallest == fit.largest;
  std::vector<double> factors(timings.size());
  if (fit.one_size) {
    std::ranges::transform(timings, factors.begin(), &Timing::ms);
    fit.base_ms = MedianInterval(factors);
    fit.cv = CvOf(LogSpread(factors, 1));
    return fit;
  }
  const Line line = Refine(timings, TheilSen(MediansBySize(timings)));
  const Line half = HalfIntervals(timings, line);
  std::ranges::transform(timings, factors.begin(),
                         [&](const Timing& timing) { return timing.ms / line.At(timing.size); });
  const double spread = LogSpread(factors, 2);
  const double mean = std::exp(spread * spread / 2);
  fit.base_ms = Part(line.base * mean, half.base * mean);
  fit.per_item_ms = Part(line.per_item * mean, half.per_item * mean);
  fit.cv = CvOf(spread);
  return fit;
}

}  // namespace results
