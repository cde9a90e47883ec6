#include <cmath>
#include <utility>

#include "batcher/base/time.h"
#include "scenarios/arrival_kinds.h"

namespace scenarios {

using batcher::Choice;
using batcher::FieldSpec;
using batcher::FieldUnit;

std::optional<Arrival> ArriveAfter(double gap_ns, batcher::Instant& at) {
  if (!(gap_ns < static_cast<double>((kEndOfTime - at).count()))) {
    at = kEndOfTime;
    return std::nullopt;
  }
  at += batcher::Duration(std::llround(gap_ns));
  return Arrival{.at = at};
}

std::vector<FieldSpec> WithBounds(std::vector<FieldSpec> fields) {
  fields.push_back({.name = "count",
                    .unit = FieldUnit::kCount,
                    .meaning = "Calls in all. Either count or for is given.",
                    .minimum = 1,
                    .maximum = 1e12,
                    .optional = true});
  fields.push_back({.name = "for",
                    .unit = FieldUnit::kDuration,
                    .meaning = "Calls come before this time. Either count or for is given.",
                    .minimum = 1,
                    .maximum = kLongestRunNs,
                    .optional = true});
  return fields;
}

std::optional<std::string> BoundsProblem(const Choice& choice) {
  if (choice.Has("count") == choice.Has("for")) {
    return choice.Has("count") ? "found both count and for, wanted one of them"
                               : "found neither count nor for, wanted one of them";
  }
  return std::nullopt;
}

std::optional<std::string> LengthProblem(const Choice& choice, double mean_rate_per_second) {
  if (choice.Has("count") &&
      choice.Number("count") / mean_rate_per_second > batcher::ToSeconds(kLongestRun)) {
    return "the last call would come after more than " + batcher::FormatDuration(kLongestRun) +
           ", wanted a smaller count or a higher rate";
  }
  return std::nullopt;
}

ArrivalBounds BoundsOf(const Choice& choice) {
  ArrivalBounds bounds;
  if (choice.Has("count")) {
    bounds.count = choice.Count("count");
  }
  if (choice.Has("for")) {
    bounds.length = choice.Time("for");
  }
  return bounds;
}

std::vector<FieldSpec> SteadyFields() {
  return WithBounds({{.name = "rate",
                      .unit = FieldUnit::kRate,
                      .meaning = "Calls per time, on average.",
                      .fallback = 200,
                      .minimum = kLowestRate,
                      .maximum = kHighestRate}});
}

std::optional<std::string> SteadyProblem(const Choice& choice) {
  const auto problem = BoundsProblem(choice);
  return problem ? problem : LengthProblem(choice, choice.Number("rate"));
}

}  // namespace scenarios
