#include "batcher/base/time.h"
#include "scenarios/arrival_kinds.h"

namespace scenarios {

using batcher::Choice;
using batcher::FieldUnit;

std::vector<batcher::FieldSpec> SteadyFields() {
  return {{.name = "rate",
           .unit = FieldUnit::kRate,
           .meaning = "Calls per time, on average.",
           .fallback = 200,
           .minimum = 0.0001,
           .maximum = 1e9},
          {.name = "count",
           .unit = FieldUnit::kCount,
           .meaning = "Calls in all. Either count or for is given.",
           .minimum = 1,
           .maximum = 1e12,
           .optional = true},
          {.name = "for",
           .unit = FieldUnit::kDuration,
           .meaning = "Calls come before this time. Either count or for is given.",
           .minimum = 1,
           .maximum = kLongestRunNs,
           .optional = true}};
}

std::optional<std::string> SteadyProblem(const Choice& choice) {
  if (choice.Has("count") == choice.Has("for")) {
    return choice.Has("count") ? "found both count and for, wanted one of them"
                               : "found neither count nor for, wanted one of them";
  }
  if (choice.Has("count") &&
      choice.Number("count") / choice.Number("rate") > batcher::ToSeconds(kLongestRun)) {
    return "the last call would come after more than " + batcher::FormatDuration(kLongestRun) +
           ", wanted a smaller count or a higher rate";
  }
  return std::nullopt;
}

ArrivalBounds SteadyBounds(const Choice& choice) {
  ArrivalBounds bounds;
  if (choice.Has("count")) {
    bounds.count = choice.Count("count");
  }
  if (choice.Has("for")) {
    bounds.length = choice.Time("for");
  }
  return bounds;
}

}  // namespace scenarios
