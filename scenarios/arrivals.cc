#include "scenarios/arrivals.h"

#include <algorithm>
#include <utility>

#include "batcher/base/check.h"
#include "scenarios/arrival_kinds.h"
#include "scenarios/scenario.h"

namespace scenarios {

namespace {

bool Later(const Arrival& a, const Arrival& b) {
  return a.at != b.at ? a.at > b.at : a.caller > b.caller;
}

}  // namespace

ArrivalStream::ArrivalStream(std::unique_ptr<ArrivalSource> source, const ArrivalBounds& bounds,
                             bool waits)
    : source_(std::move(source)),
      waits_(waits),
      count_(bounds.count.value_or(std::numeric_limits<std::uint64_t>::max())),
      end_(bounds.length ? batcher::At(*bounds.length) : kNoEnd) {}

bool ArrivalStream::Fetch() {
  if (exhausted_) {
    return false;
  }
  const std::size_t wanted = std::min<std::uint64_t>(block_.size(), count_ - next_ordinal_);
  next_ = 0;
  filled_ = source_->Fill(std::span(block_).first(wanted));
  exhausted_ = filled_ < block_.size();
  while (filled_ > 0 && block_[filled_ - 1].at >= end_) {
    --filled_;
    exhausted_ = true;
  }
  if (exhausted_ && !waits_ && end_ == kNoEnd) {
    count_ = next_ordinal_ + filled_;
  }
  return filled_ > 0;
}

Arrival ArrivalStream::TakeOfCaller() {
  Arrival arrival;
  if (next_ < filled_ && block_[next_].at == next_at()) {
    arrival = block_[next_++];
  } else {
    std::ranges::pop_heap(repeated_, Later);
    arrival = repeated_.back();
    repeated_.pop_back();
  }
  arrival.ordinal = next_ordinal_++;
  caller_of_[arrival.ordinal] = arrival.caller;
  return arrival;
}

void ArrivalStream::Repeat(std::uint64_t ordinal, batcher::Instant at) {
  const auto caller = caller_of_.find(ordinal);
  CHECK(caller != caller_of_.end());
  const std::optional<Arrival> again = source_->Again(caller->second, at);
  caller_of_.erase(caller);
  if (again && again->at < end_) {
    repeated_.push_back(*again);
    std::ranges::push_heap(repeated_, Later);
  }
}

const std::vector<ArrivalKind>& ArrivalKinds() {
  static const std::vector<ArrivalKind> kinds = {
      ConstantArrivals(),  PoissonArrivals(), OnOffArrivals(),   ParetoArrivals(),
      EmpiricalArrivals(), RampArrivals(),    DiurnalArrivals(), BurstArrivals(),
      TraceArrivals(),     ClosedArrivals(),  MixArrivals(),
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

bool TakesCount(const batcher::Choice& choice) {
  return IsStationary(choice) && FindArrivalKind(choice.kind())->spec.Find("count") != nullptr;
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
