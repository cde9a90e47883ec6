#pragma once

#include <algorithm>
#include <optional>

#include "batcher/core/options.h"

namespace batcher {

// The retries that all batches together may still send. A value; not thread-safe.
//
// Each batch by itself stops after `retries` failures; but when everything fails, that still sends
// a multiple of the usual load to a service that is just breaking down. So each retry takes one off
// a reserve, and only answers earn it back: while the service answers nothing, no more retries than
// the reserve are sent, and every new batch asks once. (The token bucket of the SDKs of AWS, and of
// gRPC's retryThrottling.)
class RetryBudget {
 public:
  RetryBudget() = default;  // without a limit
  explicit RetryBudget(const std::optional<RetryBudgetOptions>& options)
      : options_(options), left_(options ? options->reserve : 0) {}

  // The service answered a request, be it that a batch is still pending.
  void Earn() {
    if (options_) {
      left_ = std::min(left_ + options_->share, options_->reserve);
    }
  }

  // True if one more retry may be sent, which is then paid for.
  [[nodiscard]] bool Take() {
    if (!options_) {
      return true;
    }
    if (left_ < 1) {
      return false;
    }
    left_ -= 1;
    return true;
  }

 private:
  std::optional<RetryBudgetOptions> options_ = {};
  double left_ = 0;  // Invariant: 0 <= left_ <= reserve.
};

}  // namespace batcher
