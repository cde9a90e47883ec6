#pragma once

#include <cstdint>
#include <vector>

#include "batcher/base/result.h"
#include "bench/call_source.h"
#include "scenarios/arrivals.h"
#include "scenarios/keys.h"
#include "scenarios/scenario.h"

namespace bench {

// The calls of a run in real time. They are made before its start, so that making them delays none
// of them; but for those of callers who wait for their answers, which nobody knows beforehand.
class CallPlan final : public CallSource {
 public:
  [[nodiscard]] static batcher::Result<CallPlan> Make(const scenarios::Scenario& scenario);

  [[nodiscard]] batcher::Instant next_at() override;
  [[nodiscard]] PlannedCall Take() override;
  [[nodiscard]] bool waits() const override { return arrivals_.waits(); }
  void Ended(std::uint64_t call, batcher::Instant at) override { arrivals_.Ended(call, at); }
  [[nodiscard]] double ShareDone(batcher::Instant at) const override;

  // The most calls that can be under way at once.
  [[nodiscard]] std::size_t most_at_once() const { return most_at_once_; }
  // The burst of each call that was taken.
  [[nodiscard]] const std::vector<std::uint32_t>& burst_of_call() const { return burst_of_call_; }

 private:
  CallPlan(scenarios::ArrivalStream arrivals, scenarios::KeyStream keys,
           const scenarios::CallRules& rules)
      : arrivals_(std::move(arrivals)), keys_(std::move(keys)), rules_(rules) {}

  [[nodiscard]] PlannedCall Make(const scenarios::Arrival& arrival);

  scenarios::ArrivalStream arrivals_;
  scenarios::KeyStream keys_;
  scenarios::CallRules rules_;
  std::vector<PlannedCall> made_;             // Empty if callers wait.
  std::vector<std::uint32_t> burst_of_made_;  // As made_.
  std::size_t next_ = 0;                      // Of made_.
  std::size_t most_at_once_ = 0;
  std::vector<std::uint32_t> burst_of_call_;
};

}  // namespace bench
