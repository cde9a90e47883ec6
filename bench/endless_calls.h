#pragma once

#include "batcher/base/result.h"
#include "bench/call_source.h"
#include "scenarios/arrivals.h"
#include "scenarios/keys.h"
#include "scenarios/scenario.h"

namespace bench {

// The arrivals of a scenario over and over, for a time: when they are at their end they begin
// again, a mean gap after the last of them (a second, if they all came at once), or where callers
// wait, when nobody does any more. The keys go on. Calls are made one by one: memory does not grow.
class EndlessCalls final : public CallSource {
 public:
  [[nodiscard]] static batcher::Result<EndlessCalls> Open(const scenarios::Scenario& scenario,
                                                          batcher::Duration length);

  [[nodiscard]] batcher::Instant next_at() override;
  [[nodiscard]] PlannedCall Take() override;
  [[nodiscard]] bool waits() const override { return arrivals_.waits(); }
  void Ended(std::uint64_t call, batcher::Instant at) override;
  [[nodiscard]] double ShareDone(batcher::Instant at) const override;

 private:
  EndlessCalls(const scenarios::ArrivalStream& arrivals, scenarios::KeyStream keys,
               const scenarios::CallRules& rules, batcher::Duration length)
      : arrivals_(arrivals),
        round_(arrivals),
        keys_(std::move(keys)),
        rules_(rules),
        length_(length) {}

  void BeginRound();

  scenarios::ArrivalStream arrivals_;  // at their beginning; never changes
  scenarios::ArrivalStream round_;
  scenarios::KeyStream keys_;
  scenarios::CallRules rules_;
  batcher::Duration length_;
  batcher::Duration round_start_{0};
  std::uint64_t calls_before_ = 0;  // of earlier rounds
  std::uint64_t calls_ = 0;         // of this round
  std::uint64_t under_way_ = 0;     // if callers wait
  batcher::Duration last_at_{0};    // of the last call, or the last answer, from the round's start
};

}  // namespace bench
