#include "batcher/core/options.h"

#include <string_view>

#include "batcher/base/check.h"
#include "batcher/core/policy.h"
#include "batcher/flow/poll.h"

namespace batcher {
namespace {

Choice PolicyNamed(std::string_view name) {
  for (const PolicyKind& kind : PolicyKinds()) {
    if (kind.spec.name == name) {
      return Choice(kind.spec);
    }
  }
  UNREACHABLE("a policy that is not in the registry");
}

Choice PollNamed(std::string_view name) {
  for (const KindSpec& kind : PollKinds()) {
    if (kind.name == name) {
      return Choice(kind);
    }
  }
  UNREACHABLE("a poll that is not in the registry");
}

Choice With(Choice choice, std::string_view field, Duration value) {
  choice.Set(field, static_cast<double>(value.count()));
  return choice;
}

}  // namespace

Choice UnbatchedPolicy() { return PolicyNamed("unbatched"); }
Choice TickPolicy(Duration period) { return With(PolicyNamed("tick"), "period", period); }
Choice WindowPolicy(Duration window) { return With(PolicyNamed("window"), "window", window); }
Choice NaturalPolicy() { return PolicyNamed("natural"); }
Choice ExpectedPoll() { return PollNamed("expected"); }
Choice FixedPoll(Duration every) { return With(PollNamed("fixed"), "every", every); }

}  // namespace batcher
