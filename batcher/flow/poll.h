#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "batcher/base/kinds.h"
#include "batcher/base/random.h"
#include "batcher/base/time.h"

namespace batcher {

// How long a batch of n entries takes the service, learned from polls alone: base + per_item * n,
// tracked at the time by which 4 batches in 5 are ready. A first poll that finds its batch pending
// moves the estimate up by 4 steps, one that finds it done moves it down by 1; a step shrinks from
// a tenth to a hundredth of the estimate. What an item adds is learned from batches of different
// sizes only. A value.
class ReadyEstimate {
 public:
  ReadyEstimate() = default;
  ReadyEstimate(Duration base, Duration per_item);

  // From the accepted submit until a batch of `entries` should be ready; none: nothing known yet.
  [[nodiscard]] std::optional<Duration> Predict(std::size_t entries) const;

  // The first poll of a batch, sent at `polled_at` after it was accepted, as was predicted at that
  // time, found it done or still pending.
  void FirstPoll(std::size_t entries, Duration polled_at, bool done);

  // A batch was found done `elapsed` after it was accepted: the first estimate, if there is none.
  void Done(std::size_t entries, Duration elapsed);

 private:
  // Moves the prediction for `entries` by `by` nanoseconds, shared between base and per_item.
  void Move(std::size_t entries, double by);

  bool known_ = false;
  double base_ns_ = 0;
  double per_item_ns_ = 0;
  double usual_entries_ = 1;  // A running mean: what one `base` weighs against one `per_item`.
  double step_ratio_ = 0.1;   // Of the estimate.
};

// What a batch that is polled has been through.
struct PollHistory {
  std::size_t polls = 0;               // so far, with the failed ones
  Instant accepted = {};               // the submit's reply
  std::optional<Duration> ready = {};  // what the estimate predicted at that time
};

// When a pending batch is asked for. A value without state: whatever it needs is in the history.
class PollSchedule {
 public:
  // REQUIRES: the choice is of PollKinds, with a value for each field that isn't optional.
  explicit PollSchedule(const Choice& choice);

  // When to poll next, seen at `now`, the time of the last reply. Draws nothing from `random`
  // unless the pauses are jittered.
  [[nodiscard]] Instant Next(const PollHistory& history, Instant now, RandomStream& random) const;

  // Whether the schedule uses a ReadyEstimate, and the one it starts from.
  [[nodiscard]] bool uses_estimate() const { return kind_ == Kind::kExpected; }
  [[nodiscard]] const ReadyEstimate& prior() const { return prior_; }

 private:
  enum class Kind : std::uint8_t { kExpected, kFixed, kBackoff, kSchedule };

  [[nodiscard]] Instant NextExpected(const PollHistory& history, Instant now) const;
  [[nodiscard]] Instant NextOfSchedule(const PollHistory& history, Instant now) const;

  Kind kind_ = Kind::kExpected;
  ReadyEstimate prior_;  // of `expected`
  Duration first_{0};    // `fixed`: each sleep; `backoff`: the first; `schedule`: the first time
  double jitter_ = 0;    // of `fixed`
  double factor_ = 1;    // of `backoff` and `schedule`
  Duration cap_{0};      // of `backoff`
};

// expected {base, per_item}, fixed {every, jitter}, backoff {first, factor, cap},
// schedule {first, factor}.
const std::vector<KindSpec>& PollKinds();

// What is wrong with a choice of PollKinds whose fields are each in range, as a sentence's end;
// none if it can be used.
[[nodiscard]] std::optional<std::string> PollProblem(const Choice& choice);

}  // namespace batcher
