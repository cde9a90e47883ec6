#include "results/lib/clairvoyant_quantile.h"

#include <algorithm>
#include <limits>

#include "batcher/base/check.h"
#include "results/lib/clairvoyant_frontier.h"
#include "results/lib/clairvoyant_late.h"
#include "results/lib/quantile.h"

// A quantile of the wait is at most W where few enough calls wait longer. The corners of the lower
// convex hull of batches against such calls are found by whole prices (clairvoyant_frontier.cc),
// and more of them are late the higher the price is. So the two corners between which the wanted
// number of late calls lies are the best at two prices that follow one another.

namespace results {

using batcher::Duration;
using batcher::Instant;

double FewestForQuantile(std::span<const Instant> arrivals, Duration wait, double q) {
  CHECK(!arrivals.empty());
  const std::uint64_t calls = arrivals.size();
  const std::uint64_t allowed = calls - QuantileRank(q, calls);
  LateBatching many = LeastLate(arrivals, wait, 0);  // of which no call is late
  LateBatching few = many;
  std::uint64_t low = 0;   // a price at which few enough calls are late
  std::uint64_t high = 0;  // a price at which too many are
  for (std::uint64_t price = 1; few.late <= allowed; price = std::min(2 * price, calls)) {
    many = few;
    low = high;
    if (low == calls) {
      return static_cast<double>(many.batches);
    }
    high = price;
    few = LeastLate(arrivals, wait, price);
  }
  while (high - low > 1) {
    const std::uint64_t price = low + (high - low) / 2;
    const LateBatching one = LeastLate(arrivals, wait, price);
    if (one.late <= allowed) {
      low = price;
      many = one;
    } else {
      high = price;
      few = one;
    }
  }
  const double part =
      static_cast<double>(allowed - many.late) / static_cast<double>(few.late - many.late);
  return static_cast<double>(many.batches) - part * static_cast<double>(many.batches - few.batches);
}

std::vector<BatchesForWait> FrontierOfQuantile(std::span<const Instant> arrivals, double q,
                                               std::size_t max_points) {
  std::vector<BatchesForWait> frontier;
  for (const auto& point : FrontierOfLongestWait(arrivals, {.max_points = max_points}).points) {
    frontier.push_back({.wait = point.longest_wait,
                        .batches = FewestForQuantile(arrivals, point.longest_wait, q)});
  }
  std::ranges::reverse(frontier);
  return frontier;
}

std::vector<BatchesForWait> FrontierOfMean(std::span<const Instant> arrivals,
                                           std::size_t max_points) {
  std::vector<BatchesForWait> frontier;
  if (arrivals.empty()) {
    return frontier;
  }
  // A batch that is worth all waiting of all calls is not sent but for the last of them.
  const auto calls = static_cast<Duration::rep>(arrivals.size());
  const Duration::rep most = std::numeric_limits<Duration::rep>::max() / (calls + 1);
  const Duration::rep span =
      std::max<Duration::rep>((arrivals.back() - arrivals.front()).count(), 1);
  const Duration highest(span > most / calls ? most : span * calls);
  for (const Batching& point :
       FrontierOfWaiting(arrivals, highest, {.max_points = max_points}).points) {
    frontier.push_back(
        {.wait = point.waiting / calls, .batches = static_cast<double>(point.batches)});
  }
  std::ranges::reverse(frontier);
  return frontier;
}

}  // namespace results
