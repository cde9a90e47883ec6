#include "bench/probe_fit.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/non_central_t.hpp>
#include <cmath>
#include <map>
#include <utility>

#include "batcher/base/check.h"

namespace bench {
namespace {

constexpr double kLevel = 0.95;
constexpr double kNormal99 = 2.3263478740408408;
constexpr int kRounds = 50;
constexpr int kHalvings = 60;
constexpr double kExact = 1e-9;  // a relative deviation that is rounding
constexpr std::size_t kFewest = 3;

struct Line {
  double base = 0;
  double per_item = 0;

  [[nodiscard]] double At(std::size_t size) const {
    return base + per_item * static_cast<double>(size);
  }
};

// Sums of weighted least squares.
struct Normal {
  double ones = 0;
  double sizes = 0;
  double squares = 0;
  double times = 0;
  double products = 0;

  void Add(const BatchTiming& timing, double weight) {
    const auto size = static_cast<double>(timing.size);
    ones += weight;
    sizes += weight * size;
    squares += weight * size * size;
    times += weight * timing.ms;
    products += weight * size * timing.ms;
  }
  [[nodiscard]] double Determinant() const { return ones * squares - sizes * sizes; }
  [[nodiscard]] Line Free() const {
    return {.base = (squares * times - sizes * products) / Determinant(),
            .per_item = (ones * products - sizes * times) / Determinant()};
  }
  // The best line whose parts are at least 0.
  [[nodiscard]] Line AtLeastZero() const {
    const Line free = Free();
    if (free.base < 0) {
      return {.base = 0, .per_item = products / squares};
    }
    if (free.per_item < 0) {
      return {.base = times / ones, .per_item = 0};
    }
    return free;
  }
};

double Square(double x) { return x * x; }

// The part of a time's relative variance that is due to its width.
double Blur(const BatchTiming& timing, double line) { return Square(timing.width_ms / line) / 12; }

// Q of the header, for one line.
class Scatter {
 public:
  Scatter(std::span<const BatchTiming> timings, const Line& line) {
    for (const BatchTiming& timing : timings) {
      const double height = line.At(timing.size);
      parts_.push_back({.log = std::log(timing.ms / height), .blur = Blur(timing, height)});
    }
  }

  // The variance at which Q has this value; 0 if Q is below it everywhere.
  [[nodiscard]] double VarianceAt(double target) const {
    double high = Squares() / target;
    if (high <= Square(kExact) || Q(Square(kExact)) <= target) {
      return 0;
    }
    double low = 0;
    for (int i = 0; i < kHalvings; ++i) {
      const double middle = (low + high) / 2;
      (Q(middle) > target ? low : high) = middle;
    }
    return high;
  }

 private:
  struct Part {
    double log = 0;
    double blur = 0;
  };

  [[nodiscard]] double Q(double variance) const {
    double weights = 0;
    double sum = 0;
    double squares = 0;
    for (const Part& part : parts_) {
      const double weight = 1 / (variance + part.blur);
      weights += weight;
      sum += weight * part.log;
      squares += weight * part.log * part.log;
    }
    return squares - sum * sum / weights;
  }
  // An upper bound of Q(v) v.
  [[nodiscard]] double Squares() const {
    double squares = 0;
    for (const Part& part : parts_) {
      squares += Square(part.log);
    }
    return squares;
  }

  std::vector<Part> parts_;
};

double CvOf(double variance) { return std::sqrt(std::expm1(variance)); }

// The law of the scatter: what one time weighs.
double WeightOf(const BatchTiming& timing, const Line& line, double cv) {
  const double height = line.At(timing.size);
  return 1 / (Square(std::max(cv, kExact) * height) + Square(timing.width_ms) / 12);
}

Normal Sum(std::span<const BatchTiming> timings, const Line& line, double cv) {
  Normal normal;
  for (const BatchTiming& timing : timings) {
    normal.Add(timing, WeightOf(timing, line, cv));
  }
  return normal;
}

// A line to begin with: every time weighs as if it were on the line by itself.
Line FirstLine(std::span<const BatchTiming> timings) {
  Normal normal;
  for (const BatchTiming& timing : timings) {
    normal.Add(timing, 1 / Square(timing.ms));
  }
  return normal.AtLeastZero();
}

results::Interval Part(double estimate, double free, double half) {
  return {.estimate = estimate,
          .low = std::max(std::min(free - half, estimate), 0.0),
          .high = std::max(free + half, estimate)};
}

std::vector<SizeFit> SizesOf(std::span<const BatchTiming> timings, const Line& line, double cv) {
  std::map<std::size_t, SizeFit> sizes;
  for (const BatchTiming& timing : timings) {
    SizeFit& fit = sizes[timing.size];
    const double weight = WeightOf(timing, line, cv);
    fit.mean_ms += weight * timing.ms;
    fit.error_ms += weight;
    ++fit.timings;
  }
  std::vector<SizeFit> list;
  for (auto& [size, fit] : sizes) {
    fit.size = size;
    fit.mean_ms /= fit.error_ms;
    fit.error_ms = 1 / std::sqrt(fit.error_ms);
    fit.line_ms = line.At(size);
    list.push_back(fit);
  }
  return list;
}

// Source: Draper, Smith, Applied Regression Analysis (1998), 2.1.
std::optional<double> LinePValue(std::span<const BatchTiming> timings, const Line& line, double cv,
                                 const std::vector<SizeFit>& sizes) {
  if (sizes.size() < 3 || timings.size() == sizes.size()) {
    return std::nullopt;
  }
  double of_sizes = 0;
  for (const SizeFit& fit : sizes) {
    of_sizes += Square((fit.mean_ms - fit.line_ms) / fit.error_ms);
  }
  double within = 0;
  for (const BatchTiming& timing : timings) {
    const auto fit = std::ranges::find(sizes, timing.size, &SizeFit::size);
    within += WeightOf(timing, line, cv) * Square(timing.ms - fit->mean_ms);
  }
  const auto free_sizes = static_cast<double>(sizes.size() - 2);
  const auto free_within = static_cast<double>(timings.size() - sizes.size());
  const double ratio = of_sizes / free_sizes / std::max(within / free_within, kExact);
  const boost::math::fisher_f law(free_sizes, free_within);
  return boost::math::cdf(boost::math::complement(law, ratio));
}

// The lines' parts with their intervals.
void SetLine(std::span<const BatchTiming> timings, const Normal& normal, double cv, BatchFit& fit) {
  const Line free = normal.Free();
  const Line line = normal.AtLeastZero();
  double squares = 0;
  for (const BatchTiming& timing : timings) {
    squares += WeightOf(timing, line, cv) * Square(timing.ms - free.At(timing.size));
  }
  const auto freedom = static_cast<double>(timings.size() - 2);
  const double factor =
      results::StudentFactor(kLevel, freedom) * std::sqrt(squares / freedom / normal.Determinant());
  fit.base_was_negative = free.base < 0;
  fit.per_item_was_negative = free.per_item < 0;
  fit.base_ms = Part(line.base, free.base, factor * std::sqrt(normal.squares));
  fit.per_item_ms = Part(line.per_item, free.per_item, factor * std::sqrt(normal.ones));
}

}  // namespace

std::optional<SingleFit> FitSingles(std::span<const double> ms) {
  if (ms.size() < kFewest) {
    return std::nullopt;
  }
  const auto count = static_cast<double>(ms.size());
  double mean = 0;
  for (const double one : ms) {
    CHECK(one > 0);
    mean += std::log(one) / count;
  }
  double squares = 0;
  for (const double one : ms) {
    squares += Square(std::log(one) - mean);
  }
  const double spread = std::sqrt(squares / (count - 1));
  const double error = spread / std::sqrt(count);
  const double half = results::StudentFactor(kLevel, count - 1) * error;
  const boost::math::non_central_t law(count - 1, kNormal99 * std::sqrt(count));
  const auto p99 = [&](double probability) {
    return std::exp(mean + error * boost::math::quantile(law, probability));
  };
  return SingleFit{.median_ms = {.estimate = std::exp(mean),
                                 .low = std::exp(mean - half),
                                 .high = std::exp(mean + half)},
                   .p99_ms = {.estimate = std::exp(mean + kNormal99 * spread),
                              .low = p99((1 - kLevel) / 2),
                              .high = p99((1 + kLevel) / 2)},
                   .spread = spread,
                   .timings = ms.size()};
}

std::optional<BatchFit> FitBatches(std::span<const BatchTiming> timings) {
  for (const BatchTiming& timing : timings) {
    CHECK(timing.size >= 1 && timing.ms > 0 && timing.width_ms >= 0);
  }
  const auto differs = [&](const BatchTiming& timing) {
    return timing.size != timings.front().size;
  };
  if (timings.size() < kFewest || std::ranges::none_of(timings, differs)) {
    return std::nullopt;
  }
  const auto freedom = static_cast<double>(timings.size() - 2);
  Line line = FirstLine(timings);
  double cv = CvOf(Scatter(timings, line).VarianceAt(freedom));
  for (int round = 0; round < kRounds; ++round) {
    const Line before = std::exchange(line, Sum(timings, line, cv).AtLeastZero());
    cv = CvOf(Scatter(timings, line).VarianceAt(freedom));
    if (std::abs(line.base - before.base) <= kExact * before.base &&
        std::abs(line.per_item - before.per_item) <= kExact * before.per_item) {
      break;
    }
  }
  BatchFit fit{.timings = timings.size()};
  SetLine(timings, Sum(timings, line, cv), cv, fit);
  const Scatter scatter(timings, line);
  const boost::math::chi_squared law(freedom);
  fit.cv = {.estimate = cv,
            .low = CvOf(scatter.VarianceAt(boost::math::quantile(law, (1 + kLevel) / 2))),
            .high = CvOf(scatter.VarianceAt(boost::math::quantile(law, (1 - kLevel) / 2)))};
  fit.sizes = SizesOf(timings, line, cv);
  fit.line_p_value = LinePValue(timings, line, cv, fit.sizes);
  return fit;
}

}  // namespace bench
