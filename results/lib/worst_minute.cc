#include "results/lib/worst_minute.h"

#include <algorithm>
#include <chrono>

#include "batcher/base/check.h"

namespace results {
namespace {

constexpr batcher::Duration kMinute = std::chrono::minutes(1);

}  // namespace

void WorstMinute::Compare(std::int64_t number, std::optional<Minute>& worst) const {
  const Histogram& latency = open_[static_cast<std::size_t>(number % kOpenMinutes)];
  if (latency.count() < kFewestCalls) {
    return;
  }
  const batcher::Duration p99 = latency.Quantile(0.99);
  if (!worst || p99 > worst->p99) {
    worst = {.from = batcher::At(number * kMinute), .calls = latency.count(), .p99 = p99};
  }
}

void WorstMinute::Add(batcher::Instant intended, batcher::Duration latency) {
  CHECK(intended >= batcher::Instant{});
  const std::int64_t number = intended.time_since_epoch() / kMinute;
  if (number < first_open_) {
    ++overlooked_;
    return;
  }
  const std::int64_t first_open = std::max(first_open_, number - (kOpenMinutes - 1));
  for (std::int64_t closed = first_open_; closed < std::min(first_open, first_open_ + kOpenMinutes);
       ++closed) {
    Compare(closed, worst_);
    open_[static_cast<std::size_t>(closed % kOpenMinutes)] = {};
  }
  first_open_ = first_open;
  open_[static_cast<std::size_t>(number % kOpenMinutes)].Add(latency);
}

std::optional<WorstMinute::Minute> WorstMinute::Worst() const {
  std::optional<Minute> worst = worst_;
  for (std::int64_t number = first_open_; number < first_open_ + kOpenMinutes; ++number) {
    Compare(number, worst);
  }
  return worst;
}

}  // namespace results
