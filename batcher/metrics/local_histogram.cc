#include "batcher/metrics/local_histogram.h"

#include <algorithm>

namespace batcher {

LocalHistogram::LocalHistogram(prometheus::Histogram& published,
                               std::span<const std::int64_t> edges, double scale)
    : published_(published),
      edges_(edges.begin(), edges.end()),
      scale_(scale),
      counts_(edges.size() + 1, 0) {
  // All slots lie at or above the least value that has them: go through those in order.
  std::size_t slot_after = 0;
  for (int width = 0; width < 64; ++width) {
    for (std::uint64_t quarter = 0; quarter < 4; ++quarter) {
      const std::uint64_t least =
          width < 3 ? (std::uint64_t{1} << width) >> 1U : (4 + quarter) << (width - 3);
      const std::size_t slot = SlotOf(static_cast<std::int64_t>(least));
      const auto bucket = std::ranges::lower_bound(edges_, static_cast<std::int64_t>(least));
      first_[slot] = static_cast<std::uint16_t>(bucket - edges_.begin());
      slot_after = slot + 1;
    }
  }
  static_cast<void>(slot_after);
}

void LocalHistogram::Publish() {
  if (!pending_) {
    return;
  }
  published_.ObserveMultiple(counts_, static_cast<double>(sum_) * scale_);
  std::ranges::fill(counts_, 0);
  sum_ = 0;
  pending_ = false;
}

}  // namespace batcher
