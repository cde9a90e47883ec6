#include "batcher/metrics/duration_edges.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace batcher {
namespace {

constexpr double kShortestNs = 1e6;
constexpr int kOctaves = 15;
constexpr int kPerOctave = 4;

Duration ThreeDigits(double ns) {
  const double unit = std::pow(10, std::floor(std::log10(ns)) - 2);
  return Duration(std::llround(std::round(ns / unit) * unit));
}

}  // namespace

std::vector<Duration> DurationEdges(std::span<const Duration> exact) {
  std::vector<Duration> edges;
  for (int i = 0; i <= kOctaves * kPerOctave; ++i) {
    edges.push_back(ThreeDigits(kShortestNs * std::exp2(static_cast<double>(i) / kPerOctave)));
  }
  std::ranges::copy_if(exact, std::back_inserter(edges),
                       [](Duration edge) { return edge > Duration(0); });
  std::ranges::sort(edges);
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return edges;
}

std::vector<Duration> LatenessEdges() {
  std::vector<Duration> edges = {std::chrono::microseconds(10)};
  while (edges.back() < std::chrono::seconds(1)) {
    edges.push_back(2 * edges.back());
  }
  return edges;
}

}  // namespace batcher
