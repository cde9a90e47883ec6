#include "batcher/core/options.h"

#include <algorithm>
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

Choice With(Choice choice, std::string_view field, std::size_t value) {
  choice.Set(field, static_cast<double>(value));
  return choice;
}

Choice Priced(std::string_view policy, Duration price, std::optional<Duration> window) {
  const Choice choice = With(PolicyNamed(policy), "price", price);
  return window ? With(choice, "window", *window) : choice;
}

}  // namespace

Choice UnbatchedPolicy() { return PolicyNamed("unbatched"); }
Choice TickPolicy(Duration period) { return With(PolicyNamed("tick"), "period", period); }
Choice WindowPolicy(Duration window) { return With(PolicyNamed("window"), "window", window); }
Choice NaturalPolicy() { return PolicyNamed("natural"); }
Choice LingerPolicy(std::size_t min_size, Duration window) {
  return With(With(PolicyNamed("linger"), "min_size", min_size), "window", window);
}
Choice QuietPolicy(Duration gap, Duration window) {
  return With(With(PolicyNamed("quiet"), "gap", gap), "window", window);
}
Choice CountPolicy(std::size_t size) { return With(PolicyNamed("count"), "size", size); }
Choice BalancePolicy(Duration price, std::optional<Duration> window) {
  return Priced("balance", price, window);
}
Choice BalanceRandomPolicy(Duration price, std::optional<Duration> window) {
  return Priced("balance_random", price, window);
}
Choice ExpectedPoll() { return PollNamed("expected"); }
Choice FixedPoll(Duration every) { return With(PollNamed("fixed"), "every", every); }
Choice BackoffPoll(Duration first, double factor, Duration cap) {
  Choice choice = With(With(PollNamed("backoff"), "first", first), "cap", std::max(cap, first));
  choice.Set("factor", factor);
  return choice;
}
Choice SchedulePoll(Duration first, double factor) {
  Choice choice = With(PollNamed("schedule"), "first", first);
  choice.Set("factor", factor);
  return choice;
}

}  // namespace batcher
