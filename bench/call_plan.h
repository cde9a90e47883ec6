#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "batcher/base/result.h"
#include "scenarios/arrivals.h"
#include "scenarios/keys.h"
#include "scenarios/scenario.h"

namespace bench {

// A call that is to be made.
struct PlannedCall {
  batcher::Instant at;  // from the start of the run
  std::uint64_t call = 0;
  std::string key;
};

// The calls of a run in real time. They are made before its start, so that making them delays none
// of them; but for those of callers who wait for their answers, which nobody knows beforehand. Not
// thread-safe.
class CallPlan {
 public:
  [[nodiscard]] static batcher::Result<CallPlan> Make(const scenarios::Scenario& scenario);

  // When the next call is; kNever: there is none, or none until a call has ended.
  [[nodiscard]] batcher::Instant next_at();
  // REQUIRES: next_at() is not kNever.
  [[nodiscard]] PlannedCall Take();
  // Whether calls may still come once one has ended, and so Ended is to be told.
  [[nodiscard]] bool waits() const { return arrivals_.waits(); }
  void Ended(std::uint64_t call, batcher::Instant at) { arrivals_.Ended(call, at); }

  // The most calls that can be under way at once.
  [[nodiscard]] std::size_t most_at_once() const { return most_at_once_; }
  // The burst of each call that was taken.
  [[nodiscard]] const std::vector<std::uint32_t>& burst_of_call() const { return burst_of_call_; }
  // How much of the run is over at `at`, in 0 .. 1.
  [[nodiscard]] double ShareDone(batcher::Instant at) const;

 private:
  CallPlan(scenarios::ArrivalStream arrivals, scenarios::KeyStream keys)
      : arrivals_(std::move(arrivals)), keys_(std::move(keys)) {}

  [[nodiscard]] PlannedCall Make(const scenarios::Arrival& arrival);

  scenarios::ArrivalStream arrivals_;
  scenarios::KeyStream keys_;
  std::vector<PlannedCall> made_;             // Empty if callers wait.
  std::vector<std::uint32_t> burst_of_made_;  // As made_.
  std::size_t next_ = 0;                      // Of made_.
  std::size_t most_at_once_ = 0;
  std::vector<std::uint32_t> burst_of_call_;
};

}  // namespace bench
