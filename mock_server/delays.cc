#include "mock_server/delays.h"

#include <sys/prctl.h>

#include <utility>

namespace mock_server {
namespace {

constexpr std::size_t kMaxErrors = 1'000'000;

}  // namespace

void Delays::Await(batcher::Instant ready) {
  // By default the kernel may be 50 us late, in order to wake several threads at once.
  ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  std::unique_lock lock(mutex_);
  const bool stopped = stop_.wait_until(lock, clock_.ToSteady(ready), [this] { return stopped_; });
  if (stopped) {
    return;
  }
  const batcher::Duration error = clock_.Now() - ready;
  all_errors_.Add(error);
  if (errors_.size() < kMaxErrors) {
    errors_.push_back(error);
  }
}

void Delays::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  stop_.notify_all();
}

std::vector<batcher::Duration> Delays::TakeErrors() {
  const std::lock_guard lock(mutex_);
  return std::exchange(errors_, {});
}

DelayErrors Delays::errors() const {
  const std::lock_guard lock(mutex_);
  return all_errors_;
}

}  // namespace mock_server
