#include "results/lib/time_statistics.h"

#include <algorithm>
#include <numeric>

#include "results/lib/quantile.h"

namespace results {

TimeStatistics Describe(std::vector<batcher::Duration> times, std::uint64_t evidence) {
  TimeStatistics statistics{.count = times.size(), .evidence = evidence};
  if (times.empty()) {
    return statistics;
  }
  std::ranges::sort(times);
  // 64 bits hold 292 years: more than the calls that fit into memory can wait together.
  const auto sum = std::accumulate(times.begin(), times.end(), batcher::Duration(0));
  statistics.mean = MeanOf(sum, times.size());
  for (const NamedQuantile& quantile : kQuantiles) {
    statistics.*quantile.value = Quantile(times, quantile.q);
  }
  statistics.max = times.back();
  return statistics;
}

batcher::Duration MeanOf(batcher::Duration sum, std::uint64_t count) {
  if (count == 0) {
    return batcher::Duration(0);
  }
  const auto divisor = static_cast<std::int64_t>(count);
  const std::int64_t half = sum.count() < 0 ? -(divisor / 2) : divisor / 2;
  return batcher::Duration((sum.count() + half) / divisor);
}

}  // namespace results
