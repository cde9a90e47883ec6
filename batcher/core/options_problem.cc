#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/core/options.h"
#include "batcher/core/policy.h"
#include "batcher/flow/poll.h"

namespace batcher {
namespace {

Error Wanted(const std::string& where, const std::string& found, const std::string& wanted) {
  return {where + ": found " + found + ", wanted " + wanted};
}

std::string Digits(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  return text.back() == '.' ? text.substr(0, text.size() - 1) : text;
}

std::string Shown(const FieldSpec& field, double value) {
  if (field.unit == FieldUnit::kDuration) {
    constexpr double kMostNs = 9e18;  // as whole nanoseconds still a Duration
    return FormatDuration(
        Duration(static_cast<Duration::rep>(std::clamp(value, -kMostNs, kMostNs))));
  }
  return Digits(value);
}

std::optional<Error> ProblemOfFields(const std::string& where, const Choice& choice,
                                     const KindSpec& spec) {
  for (const FieldSpec& field : spec.fields) {
    const std::string name = where + "." + std::string(field.name);
    if (!choice.Has(field.name)) {
      if (!field.optional) {
        return Wanted(name, "nothing", "a value");
      }
    } else if (const auto problem = RangeProblem(field, choice.Number(field.name))) {
      return Wanted(name, Shown(field, choice.Number(field.name)), *problem);
    }
  }
  return std::nullopt;
}

std::optional<Error> AtLeastOne(const std::string& where, std::size_t found) {
  return found >= 1 ? std::nullopt : std::optional(Wanted(where, "0", "at least 1"));
}

std::optional<Error> Positive(const std::string& where, Duration found) {
  return found > Duration(0) ? std::nullopt
                             : std::optional(Wanted(where, FormatDuration(found), "more than 0"));
}

std::optional<Error> ProblemOfBudget(const std::optional<RetryBudgetOptions>& budget) {
  if (!budget) {
    return std::nullopt;
  }
  if (!(budget->reserve >= 1)) {
    return Wanted("retry_budget.reserve", Digits(budget->reserve), "at least 1");
  }
  return budget->share >= 0
             ? std::nullopt
             : std::optional(Wanted("retry_budget.share", Digits(budget->share), "at least 0"));
}

std::optional<Error> FirstOf(const std::vector<std::optional<Error>>& problems) {
  const auto first =
      std::ranges::find_if(problems, [](const auto& problem) { return problem.has_value(); });
  return first == problems.end() ? std::nullopt : *first;
}

}  // namespace

std::optional<Error> ProblemOf(const QueueOptions& options) {
  for (const PolicyKind& kind : PolicyKinds()) {
    if (kind.spec.name == options.policy.kind()) {
      return FirstOf({ProblemOfFields("policy", options.policy, kind.spec),
                      AtLeastOne("max_items", options.max_items),
                      AtLeastOne("max_in_flight", options.max_in_flight.value_or(1)),
                      AtLeastOne("max_queued", options.max_queued)});
    }
  }
  return Wanted("policy", "\"" + options.policy.kind() + "\"", "a policy of PolicyKinds");
}

std::optional<Error> ProblemOf(const WireOptions& options) {
  for (const KindSpec& kind : PollKinds()) {
    if (kind.name == options.poll.kind()) {
      return FirstOf(
          {ProblemOfFields("poll", options.poll, kind), Positive("timeout", options.timeout),
           Positive("attempt_timeout", options.attempt_timeout),
           options.max_retry_after >= Duration(0)
               ? std::nullopt
               : std::optional(Wanted("max_retry_after", FormatDuration(options.max_retry_after),
                                      "at least 0")),
           ProblemOfBudget(options.retry_budget),
           AtLeastOne("max_connections", options.max_connections)});
    }
  }
  return Wanted("poll", "\"" + options.poll.kind() + "\"", "a poll of PollKinds");
}

}  // namespace batcher
