#include "batcher/core/policy.h"

#include "batcher/base/check.h"
#include "batcher/core/policies.h"

namespace batcher {

void Policy::OnFlush(Instant /*now*/) {}

std::optional<Due> DueIfFull(const QueueView& queue) {
  if (queue.full_items) {
    return Due{.at = queue.full_since, .reason = FlushReason::kFullItems};
  }
  if (queue.full_bytes) {
    return Due{.at = queue.full_since, .reason = FlushReason::kFullBytes};
  }
  return std::nullopt;
}

const std::vector<PolicyKind>& PolicyKinds() {
  static const std::vector<PolicyKind> kinds = {
      UnbatchedKind(),
      TickKind(),
      WindowKind(),
      NaturalKind(),
  };
  return kinds;
}

std::unique_ptr<Policy> MakePolicy(const Choice& choice, std::uint64_t seed) {
  for (const PolicyKind& kind : PolicyKinds()) {
    if (kind.spec.name == choice.kind()) {
      return kind.make(choice, seed);
    }
  }
  UNREACHABLE("a policy that is not in the registry");
}

}  // namespace batcher
