#include "bench/outcome_audit.h"

#include <algorithm>

namespace bench {

PlannedCall OutcomeAudit::Take() {
  PlannedCall planned = source_.Take();
  const std::lock_guard lock(mutex_);
  unanswered_.insert(planned.call);
  ++counts_.made;
  counts_.most_unanswered = std::max<std::uint64_t>(counts_.most_unanswered, unanswered_.size());
  return planned;
}

void OutcomeAudit::Answered(std::uint64_t call) {
  const std::lock_guard lock(mutex_);
  counts_.answered_twice += unanswered_.erase(call) == 0 ? 1U : 0U;
}

AuditCounts OutcomeAudit::counts() const {
  const std::lock_guard lock(mutex_);
  AuditCounts counts = counts_;
  counts.unanswered = unanswered_.size();
  return counts;
}

}  // namespace bench
