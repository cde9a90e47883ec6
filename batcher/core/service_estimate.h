#pragma once

#include <optional>

#include "batcher/base/time.h"

namespace batcher {

// How long the service takes with a batch, from its dispatch to its answer, as the batches so far
// tell. A value.
class ServiceEstimate {
 public:
  // A batch was answered within `took`, at least 0.
  void Add(Duration took) {
    if (!mean_) {
      mean_ = took;
      deviation_ = took / 2;
      least_ = took;
      return;
    }
    const Duration error = took - *mean_;
    deviation_ += ((error < Duration(0) ? -error : error) - deviation_) / 4;
    *mean_ += error / 8;
    least_ = took < least_ ? took : least_ + (took - least_) / 16;
  }

  // It rarely takes longer: the smoothed mean and four smoothed deviations. None: nothing known.
  // Source: RFC 6298, section 2 (the same for the round trips of TCP).
  [[nodiscard]] std::optional<Duration> usually_within() const {
    return mean_ ? std::optional(*mean_ + 4 * deviation_) : std::nullopt;
  }

  // It hardly ever takes less: the least of all, which follows a service that has become slower. 0:
  // nothing known.
  [[nodiscard]] Duration least() const { return least_; }

  // A call was given up because of least(): believe it a little less, or nobody would ever find out
  // that the service has become faster.
  void Doubt() { least_ -= least_ / 16; }

 private:
  std::optional<Duration> mean_;
  Duration deviation_{0};  // the mean distance from the mean
  Duration least_{0};
};

}  // namespace batcher
