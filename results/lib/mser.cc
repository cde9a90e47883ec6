#include "results/lib/mser.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace results {
namespace {

constexpr std::size_t kBatch = 5;
constexpr std::size_t kShortest = 50;

}  // namespace

std::size_t Mser5Cut(std::span<const double> observations) {
  const auto finite = [](double value) { return std::isfinite(value); };
  if (observations.size() < kShortest || !std::ranges::all_of(observations, finite)) {
    return 0;
  }
  const std::size_t batches = observations.size() / kBatch;
  std::size_t best_cut = 0;
  double best_error = 0;
  // From the back, so that the squares of every rest come from those of the one before it (Welford,
  // 1962), and ties go to the smaller cut.
  double mean = 0;
  double squares = 0;
  for (std::size_t cut = batches; cut-- > 0;) {
    const auto batch = observations.subspan(cut * kBatch, kBatch);
    const double value =
        std::accumulate(batch.begin(), batch.end(), 0.0) / static_cast<double>(kBatch);
    const auto count = static_cast<double>(batches - cut);
    const double distance = value - mean;
    mean += distance / count;
    squares += distance * (value - mean);
    const double error = squares / (count * count);
    if (cut == batches / 2 || (cut < batches / 2 && error <= best_error)) {
      best_cut = cut;
      best_error = error;
    }
  }
  return best_cut * kBatch;
}

}  // namespace results
