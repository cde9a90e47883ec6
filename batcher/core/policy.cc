#include "batcher/core/policy.h"

#include "batcher/base/check.h"
#include "batcher/core/policies.h"

namespace batcher {

void Policy::OnFlush(Instant /*now*/) {}

std::size_t Policy::hastened_from(std::size_t /*max_items*/) const { return 0; }

std::optional<Due> DueIfFull(const QueueView& queue) {
  if (queue.full_items) {
    return Due{.at = queue.full_since, .reason = FlushReason::kFullItems};
  }
  if (queue.full_bytes) {
    return Due{.at = queue.full_since, .reason = FlushReason::kFullBytes};
  }
  return std::nullopt;
}

Due Earlier(const std::optional<Due>& first, const Due& second) {
  return first && first->at <= second.at ? *first : second;
}

const std::vector<PolicyKind>& PolicyKinds() {
  static const std::vector<PolicyKind> kinds = {
      UnbatchedKind(), TickKind(),  WindowKind(),  NaturalKind(),       LingerKind(),
      QuietKind(),     CountKind(), BalanceKind(), BalanceRandomKind(),
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
