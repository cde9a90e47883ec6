#include "results/lib/worst_minute.h"

#include <algorithm>
#include <chrono>

#include "batcher/base/check.h"

namespace results {
namespace {

constexpr std::int64_t kOpenMinutes = 4;
constexpr batcher::Duration kMinute = std::chrono::minutes(1);

// Puts the minute in the place of `worst` if it is worse.
void Compare(std::int64_t number, const Histogram& latency,
             std::optional<WorstMinute::Minute>& worst) {
  if (latency.count() < WorstMinute::kFewestCalls) {
    return;
  }
  const batcher::Duration p99 = latency.Quantile(0.99);
  if (!worst || p99 > worst->p99) {
    worst = {.from = batcher::At(number * kMinute), .calls = latency.count(), .p99 = p99};
  }
}

}  // namespace

void WorstMinute::Add(batcher::Instant intended, batcher::Duration latency) {
  CHECK(intended >= batcher::Instant{});
  const std::int64_t number = intended.time_since_epoch() / kMinute;
  if (!open_.empty() && open_.rbegin()->first == number) [[likely]] {
    open_.rbegin()->second.Add(latency);
    return;
  }
  if (number < first_open_) {
    ++overlooked_;
    return;
  }
  first_open_ = std::max(first_open_, number - (kOpenMinutes - 1));
  while (!open_.empty() && open_.begin()->first < first_open_) {
    Compare(open_.begin()->first, open_.begin()->second, worst_);
    open_.erase(open_.begin());
  }
  open_[number].Add(latency);
}

std::optional<WorstMinute::Minute> WorstMinute::Worst() const {
  std::optional<Minute> worst = worst_;
  for (const auto& [number, latency] : open_) {
    Compare(number, latency, worst);
  }
  return worst;
}

}  // namespace results
