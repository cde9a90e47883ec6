#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "batcher/runtime/observer.h"

namespace bench {

// Ends the arrivals of a run when no credits are left, the budget's or the service's: all later
// calls would fail. To be told of what the batcher does.
class EndOfCredits final : public batcher::Observer {
 public:
  // `stop` ends them too.
  explicit EndOfCredits(const std::stop_token& stop)
      : forward_(stop, [this] { arrivals_.request_stop(); }) {}

  void OnBatch(const batcher::BatchRecord& batch, std::string_view message) override {
    if (batch.outcome == batcher::Outcome::kFailedQuota && message_.empty()) {
      message_ = message;
      arrivals_.request_stop();
    }
  }

  // Ends the arrivals.
  [[nodiscard]] std::stop_token token() const { return arrivals_.get_token(); }
  // What ended them; empty: credits did not. To be asked when the batcher is gone.
  [[nodiscard]] const std::string& message() const { return message_; }

 private:
  std::string message_;  // Written on the batcher's thread.
  std::stop_source arrivals_;
  std::stop_callback<std::function<void()>> forward_;
};

}  // namespace bench
