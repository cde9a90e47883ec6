#include "scenarios/arrivals.h"

#include <utility>

#include "batcher/base/check.h"
#include "scenarios/arrival_kinds.h"
#include "scenarios/scenario.h"

namespace scenarios {

ArrivalStream::ArrivalStream(std::unique_ptr<ArrivalSource> source, const ArrivalBounds& bounds)
    : source_(std::move(source)),
      count_(bounds.count.value_or(std::numeric_limits<std::uint64_t>::max())),
      end_(bounds.length ? batcher::At(*bounds.length) : kNoEnd) {}

const std::vector<ArrivalKind>& ArrivalKinds() {
  static const std::vector<ArrivalKind> kinds = {
      ConstantArrivals(), PoissonArrivals(), OnOffArrivals(), ParetoArrivals(), EmpiricalArrivals(),
      RampArrivals(),     DiurnalArrivals(), BurstArrivals(), TraceArrivals(),  MixArrivals(),
  };
  return kinds;
}

const ArrivalKind* FindArrivalKind(std::string_view name) {
  for (const ArrivalKind& kind : ArrivalKinds()) {
    if (kind.spec.name == name) {
      return &kind;
    }
  }
  return nullptr;
}

bool IsStationary(const batcher::Choice& choice) {
  const ArrivalKind* const kind = FindArrivalKind(choice.kind());
  CHECK(kind != nullptr);
  return kind->stationary;
}

std::optional<std::string> ArrivalProblem(const batcher::Choice& choice) {
  const ArrivalKind* const kind = FindArrivalKind(choice.kind());
  CHECK(kind != nullptr);
  return kind->problem == nullptr ? std::nullopt : kind->problem(choice);
}

batcher::Result<ArrivalStream> OpenArrivals(const Scenario& scenario) {
  const ArrivalKind* const kind = FindArrivalKind(scenario.arrivals.kind());
  CHECK(kind != nullptr);
  CHECK(!ArrivalProblem(scenario.arrivals));
  return kind->open(scenario.arrivals, scenario.seed);
}

}  // namespace scenarios
