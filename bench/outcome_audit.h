#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_set>

#include "bench/call_source.h"

namespace bench {

struct AuditCounts {
  std::uint64_t made = 0;
  std::uint64_t answered_twice = 0;   // outcomes of calls that had one, or were never made
  std::uint64_t unanswered = 0;       // have no outcome
  std::uint64_t most_unanswered = 0;  // at one time

  // Whether each call that was made has its one outcome.
  [[nodiscard]] bool one_outcome_each() const { return answered_twice == 0 && unanswered == 0; }
};

// Hands the calls of a source on, and watches that each gets exactly one outcome: independent of
// the batcher's own records. Keeps in memory the calls that have none. Answered and counts may be
// called from any thread, the others as those of the source.
class OutcomeAudit final : public CallSource {
 public:
  // `source` must outlive it.
  explicit OutcomeAudit(CallSource& source) : source_(source) {}

  [[nodiscard]] batcher::Instant next_at() override { return source_.next_at(); }
  [[nodiscard]] PlannedCall Take() override;
  [[nodiscard]] bool waits() const override { return source_.waits(); }
  void Ended(std::uint64_t call, batcher::Instant at) override { source_.Ended(call, at); }
  [[nodiscard]] double ShareDone(batcher::Instant at) const override {
    return source_.ShareDone(at);
  }

  void Answered(std::uint64_t call);
  [[nodiscard]] AuditCounts counts() const;

 private:
  CallSource& source_;
  mutable std::mutex mutex_;
  std::unordered_set<std::uint64_t> unanswered_;  // Guarded by mutex_.
  AuditCounts counts_;                            // Guarded by mutex_.
};

}  // namespace bench
