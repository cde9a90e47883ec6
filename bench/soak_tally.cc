#include "bench/soak_tally.h"

#include <algorithm>

#include "batcher/base/check.h"
#include "bench/recorder.h"

namespace bench {

void SoakTally::Use(std::size_t window) {
  const std::lock_guard lock(mutex_);
  CHECK(window < tallies_.size());
  window_ = window;
}

void SoakTally::OnCall(const batcher::CallRecord& call) {
  if (call.call >= kWarmUpCalls) {
    return;
  }
  const std::lock_guard lock(mutex_);
  tallies_[window_].Count(call);
  tallies_[window_].AddTimes(call);
  ++calls_;
}

void SoakTally::OnBatch(const batcher::BatchRecord& batch, std::string_view /*message*/) {
  if (batch.first_call >= kWarmUpCalls) {
    return;
  }
  const std::lock_guard lock(mutex_);
  tallies_[window_].Count(batch);
}

batcher::Instant SoakTally::OnTurn(const batcher::BatcherLoad& load) {
  const std::lock_guard lock(mutex_);
  most_queued_ = std::max(most_queued_, load.queued);
  return batcher::kNever;
}

std::vector<results::Tally> SoakTally::tallies() const {
  const std::lock_guard lock(mutex_);
  return tallies_;
}

std::uint64_t SoakTally::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

std::size_t SoakTally::most_queued() const {
  const std::lock_guard lock(mutex_);
  return most_queued_;
}

}  // namespace bench
