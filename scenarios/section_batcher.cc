#include "scenarios/sections.h"

namespace scenarios {

using batcher::FieldUnit;

void DescribeBatcher(FieldVisitor& visitor, batcher::QueueOptions& options) {
  visitor.Kind({"policy", "Decides how long calls wait for company."}, PolicySet(), options.policy);
  VisitNumber(visitor,
              {.name = "single_below",
               .unit = FieldUnit::kCount,
               .meaning = "A flush of fewer addresses goes through the single endpoint; 1: never; "
                          "auto: those for which one batch is expected to be answered later than "
                          "single calls, worked out when the file is read.",
               .minimum = 1,
               .automatic = true},
              options.single_below);
  VisitNumber(visitor,
              {.name = "max_items",
               .unit = FieldUnit::kCount,
               .meaning = "Addresses of a batch, at most.",
               .minimum = 1},
              options.max_items);
  VisitNumber(
      visitor,
      {.name = "max_bytes",
       .unit = FieldUnit::kCount,
       .meaning = "Bytes of a batch, at most; a larger address is rejected; null: no limit.",
       .minimum = 1,
       .optional = true},
      options.max_bytes);
  VisitNumber(visitor,
              {.name = "max_in_flight",
               .unit = FieldUnit::kCount,
               .meaning = "Batches in flight, at most; null: no limit.",
               .minimum = 1,
               .optional = true},
              options.max_in_flight);
  VisitNumber(visitor,
              {.name = "max_queued",
               .unit = FieldUnit::kCount,
               .meaning = "Calls queued, at most; overflow says what happens to more.",
               .minimum = 1},
              options.max_queued);
  VisitWord(visitor,
            {"overflow",
             "reject: a call that finds the queue full is refused; shed_oldest: the call "
             "that has been queued longest is."},
            {"reject", "shed_oldest"}, options.overflow);
  VisitNumber(
      visitor,
      {.name = "dedup",
       .unit = FieldUnit::kFlag,
       .meaning = "Calls with an address that is already queued share its place in the batch."},
      options.dedup);
  VisitNumber(visitor,
              {.name = "join_in_flight",
               .unit = FieldUnit::kFlag,
               .meaning = "They also share the answer of an address that is in flight."},
              options.join_in_flight);
}

}  // namespace scenarios
