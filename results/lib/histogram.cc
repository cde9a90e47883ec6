#include "results/lib/histogram.h"

#include <algorithm>
#include <cmath>

#include "results/lib/quantile.h"

namespace results {

void Histogram::Merge(const Histogram& other) {
  if (other.buckets_.size() > buckets_.size()) {
    buckets_.resize(other.buckets_.size());
  }
  for (std::size_t i = 0; i < other.buckets_.size(); ++i) {
    buckets_[i] += other.buckets_[i];
  }
  const std::uint64_t added = other.sum_low_;  // `other` may be this very histogram.
  count_ += other.count_;
  sum_high_ += other.sum_high_;
  sum_low_ += added;
  sum_high_ += sum_low_ < added ? 1U : 0U;
  max_ = std::max(max_, other.max_);
}

batcher::Duration Histogram::Mean() const {
  if (count_ == 0) {
    return batcher::Duration(0);
  }
  const double sum = static_cast<double>(sum_high_) * 0x1p64 + static_cast<double>(sum_low_);
  return batcher::Duration(std::llround(sum / static_cast<double>(count_)));
}

batcher::Duration Histogram::Quantile(double q) const {
  const std::uint64_t rank = QuantileRank(q, count_);
  if (rank == count_) {
    return max_;
  }
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen >= rank) {
      const std::uint64_t middle = LowestOf(bucket) + WidthOf(bucket) / 2;
      return std::min(max_, batcher::Duration(static_cast<std::int64_t>(middle)));
    }
  }
  return max_;
}

}  // namespace results
