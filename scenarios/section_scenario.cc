#include "scenarios/sections.h"

namespace scenarios {

void DescribeScenario(FieldVisitor& visitor, Scenario& scenario) {
  visitor.Text({"name", "What the scenario is called; left out: the name of its file."},
               scenario.name);
  visitor.Text({"description", "What it shows."}, scenario.description);
  visitor.Kind({"arrivals", "When calls come in."}, ArrivalSet(), scenario.arrivals);
  visitor.Kind({"keys", "Which addresses they ask for."}, KeySet(), scenario.keys);
  visitor.Section({"calls", "How long callers wait."},
                  [&](FieldVisitor& section) { DescribeCalls(section, scenario.calls); });
  visitor.Section({"batcher", "The queue and its limits."},
                  [&](FieldVisitor& section) { DescribeBatcher(section, scenario.batcher); });
  visitor.Section({"client", "How a batch is sent, polled and retried."},
                  [&](FieldVisitor& section) { DescribeClient(section, scenario); });
  visitor.Section({"server", "How the mock service behaves."},
                  [&](FieldVisitor& section) { DescribeServer(section, scenario.server); });
  visitor.Thresholds({"slo", "What must hold of the result, such as \"latency.p99 <= 300ms\"."},
                     scenario.slo);
  VisitNumber(visitor,
              {.name = "seed",
               .unit = batcher::FieldUnit::kCount,
               .meaning = "Of all randomness: the same seed gives the same run in virtual time.",
               .maximum = 0x1p53},
              scenario.seed);
}

}  // namespace scenarios
