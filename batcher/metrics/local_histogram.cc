#include "batcher/metrics/local_histogram.h"

#include <prometheus/histogram.h>

#include <algorithm>

namespace batcher {

LocalHistogram::LocalHistogram(prometheus::Histogram& published,
                               std::span<const std::int64_t> edges, double scale)
    : published_(published),
      edges_(edges.begin(), edges.end()),
      scale_(scale),
      counts_(edges.size() + 1, 0) {
  const auto enter = [this](std::int64_t least) {
    const auto bucket = std::ranges::lower_bound(edges_, least);
    first_[SlotOf(least)] = static_cast<std::uint16_t>(bucket - edges_.begin());
  };
  for (std::int64_t small = 0; small < 4; ++small) {
    enter(small);
  }
  for (int width = 3; width < 64; ++width) {
    for (std::int64_t quarter = 0; quarter < 4; ++quarter) {
      enter((4 + quarter) << (width - 3));
    }
  }
}

void LocalHistogram::Publish() {
  if (!pending_) {
    return;
  }
  published_.ObserveMultiple(counts_, sum_ * scale_);
  std::ranges::fill(counts_, 0);
  sum_ = 0;
  pending_ = false;
}

}  // namespace batcher
