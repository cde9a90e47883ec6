#include "bench/tune_parabola.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace bench {
namespace {

constexpr double kNear = 1.1;
constexpr std::size_t kFewest = 5;

// y = a + b x + c x^2 by least squares; x should be centred.
std::array<double, 3> FitParabola(const std::vector<std::array<double, 2>>& points) {
  std::array<double, 5> sums{};   // of x^k
  std::array<double, 3> right{};  // of y x^k
  for (const auto& [x, y] : points) {
    double power = 1;
    for (std::size_t k = 0; k < sums.size(); ++k) {
      sums[k] += power;
      if (k < right.size()) {
        right[k] += y * power;
      }
      power *= x;
    }
  }
  const auto determinant = [](const std::array<std::array<double, 3>, 3>& m) {
    return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
           m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
           m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
  };
  const std::array<std::array<double, 3>, 3> matrix = {
      {{sums[0], sums[1], sums[2]}, {sums[1], sums[2], sums[3]}, {sums[2], sums[3], sums[4]}}};
  std::array<double, 3> solution{};
  for (std::size_t column = 0; column < 3; ++column) {
    auto replaced = matrix;
    for (std::size_t row = 0; row < 3; ++row) {
      replaced[row][column] = right[row];
    }
    solution[column] = determinant(replaced) / determinant(matrix);
  }
  return solution;
}

}  // namespace

std::optional<double> BottomOf(std::span<const WindowLoss> losses, double mean_gap_s) {
  if (losses.empty()) {
    return std::nullopt;
  }
  const WindowLoss least = *std::ranges::min_element(losses, {}, &WindowLoss::loss);
  const double centre = std::log(least.window_s + mean_gap_s);
  std::vector<std::array<double, 2>> points;
  for (const WindowLoss& one : losses) {
    if (one.loss <= kNear * least.loss) {
      points.push_back({std::log(one.window_s + mean_gap_s) - centre, one.loss});
    }
  }
  if (points.size() < kFewest) {
    return std::nullopt;
  }
  const auto [a, b, c] = FitParabola(points);
  const double bottom = -b / (2 * c);
  const auto [first, last] = std::ranges::minmax_element(points);
  if (!std::isfinite(bottom) || c <= 0 || bottom < (*first)[0] || bottom > (*last)[0]) {
    return std::nullopt;
  }
  const double window_s = std::exp(bottom + centre) - mean_gap_s;
  return window_s > 0 ? std::optional(window_s) : std::nullopt;
}

}  // namespace bench
