#include "scenarios/sections.h"

namespace scenarios {

using batcher::FieldUnit;

void DescribeCalls(FieldVisitor& visitor, CallRules& rules) {
  constexpr double kDayNs = 24 * 3600e9;
  VisitNumber(visitor,
              {.name = "deadline",
               .unit = FieldUnit::kDuration,
               .meaning = "Until when each caller wants its answer, from the time of the call: its "
                          "batch leaves early enough, as far as the service is known; a call that "
                          "can't be in time is given up before it costs a request; null: none.",
               .minimum = 1,
               .maximum = kDayNs,
               .optional = true},
              rules.deadline);
  VisitNumber(visitor,
              {.name = "cancel_after",
               .unit = FieldUnit::kDuration,
               .meaning = "How long each caller waits before it leaves; the batcher does not know "
                          "beforehand; null: for ever.",
               .minimum = 1,
               .maximum = kDayNs,
               .optional = true},
              rules.cancel_after);
}

}  // namespace scenarios
