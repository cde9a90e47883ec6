#include "results/lib/regret_tally.h"

#include <algorithm>

#include "batcher/base/check.h"
#include "results/lib/value_of_waiting.h"

namespace results {

using batcher::Duration;

RegretTally::RegretTally(Duration price, std::optional<Duration> max_wait)
    : price_(price), max_wait_(max_wait) {
  CHECK(price > Duration(0));
}

void RegretTally::End(const batcher::CallRecord& call) {
  if (call.batch == batcher::kNoBatch || arrivals_.size() > kMostCallsValued) {
    return;
  }
  const Duration wait = call.dispatched - call.submitted;
  too_long_ = too_long_ || wait > Duration::max() / 2 - waiting_;
  if (!too_long_) {
    waiting_ += wait;
  }
  arrivals_.push_back(call.submitted);
}

std::optional<Bounds> RegretTally::Finish() {
  // No more batches than calls: with the waits, which have the other half, the costs fit.
  if (too_long_ || arrivals_.empty() || arrivals_.size() > kMostCallsValued ||
      price_ > Duration::max() / 2 / static_cast<std::int64_t>(arrivals_.size())) {
    return std::nullopt;
  }
  // Calls are told of as they end; in real time two may also be submitted in another order than
  // they are numbered.
  if (!std::ranges::is_sorted(arrivals_)) {
    std::ranges::sort(arrivals_);
  }
  Bounds bounds{.regret = {.price = price_,
                           .calls = arrivals_.size(),
                           .run = {.batches = batches_, .waiting = waiting_},
                           .least = LeastCost(arrivals_, price_)}};
  if (max_wait_) {
    bounds.fewest_batches = FewestWithin(arrivals_, *max_wait_).batches;
  }
  return bounds;
}

}  // namespace results
