#include "scenarios/kind_set.h"

#include "batcher/core/policy.h"
#include "batcher/flow/poll.h"
#include "mock_server/fault_kinds.h"
#include "mock_server/latency.h"
#include "scenarios/arrivals.h"
#include "scenarios/keys.h"

namespace scenarios {
namespace {

const batcher::KindSpec& SpecOf(const batcher::KindSpec& row) { return row; }

template <class Row>
const batcher::KindSpec& SpecOf(const Row& row) {
  return row.spec;
}

template <class Row>
std::vector<const batcher::KindSpec*> SpecsOf(const std::vector<Row>& registry) {
  std::vector<const batcher::KindSpec*> specs;
  for (const Row& row : registry) {
    specs.push_back(&SpecOf(row));
  }
  return specs;
}

}  // namespace

const batcher::KindSpec* KindSet::Find(std::string_view kind) const {
  for (const batcher::KindSpec* spec : kinds) {
    if (spec->name == kind) {
      return spec;
    }
  }
  return nullptr;
}

const KindSet& ArrivalSet() {
  static const KindSet set = {
      .title = "Arrivals", .kinds = SpecsOf(ArrivalKinds()), .problem = ArrivalProblem};
  return set;
}

const KindSet& KeySet() {
  static const KindSet set = {.title = "Keys", .kinds = SpecsOf(KeyKinds())};
  return set;
}

const KindSet& PolicySet() {
  static const KindSet set = {.title = "Policies", .kinds = SpecsOf(batcher::PolicyKinds())};
  return set;
}

const KindSet& PollSet() {
  static const KindSet set = {
      .title = "Polls", .kinds = SpecsOf(batcher::PollKinds()), .problem = batcher::PollProblem};
  return set;
}

const KindSet& LatencySet() {
  static const KindSet set = {.title = "Latencies",
                              .kinds = SpecsOf(mock_server::LatencyKinds()),
                              .problem = mock_server::LatencyProblem,
                              .bare_duration = "value"};
  return set;
}

const KindSet& JitterSet() {
  static const KindSet set = {.title = "Latencies",
                              .kinds = SpecsOf(mock_server::LatencyKinds()),
                              .problem = mock_server::JitterProblem};
  return set;
}

const KindSet& FaultSet() {
  static const KindSet set = {.title = "Faults",
                              .kinds = SpecsOf(mock_server::FaultKinds()),
                              .problem = mock_server::FaultProblem,
                              .shared = mock_server::kFaultTimingFields};
  return set;
}

const std::vector<const KindSet*>& KindSets() {
  static const std::vector<const KindSet*> sets = {&ArrivalSet(), &KeySet(),     &PolicySet(),
                                                   &PollSet(),    &LatencySet(), &FaultSet()};
  return sets;
}

}  // namespace scenarios
