#include <algorithm>
#include <cmath>
#include <vector>

#include "batcher/base/random.h"
#include "scenarios/arrival_kinds.h"

namespace scenarios {
namespace {

using batcher::Choice;
using batcher::Instant;

// Callers who think, call, wait for the answer, and think again. The n-th thought of a caller is
// the same whatever else happens, so that policies are compared with the same callers.
class Closed final : public ArrivalSourceOf<Closed> {
 public:
  Closed(std::size_t callers, double mean_think_ns, std::uint64_t seed)
      : mean_think_ns_(mean_think_ns), seed_(seed), thoughts_(callers) {
    for (std::uint32_t caller = 0; caller < callers; ++caller) {
      first_.push_back({.at = Instant() + Think(caller), .caller = caller});
    }
    std::ranges::sort(first_, [](const Arrival& a, const Arrival& b) {
      return a.at != b.at ? a.at < b.at : a.caller < b.caller;
    });
  }

  std::optional<Arrival> Next() {
    return next_ == first_.size() ? std::nullopt : std::optional(first_[next_++]);
  }
  std::optional<Arrival> Again(std::uint32_t caller, Instant ended) override {
    return Arrival{.at = ended + Think(caller), .caller = caller};
  }

 private:
  batcher::Duration Think(std::uint32_t caller) {
    auto stream = batcher::KeyedStream(seed_, "think", caller, thoughts_[caller]++);
    return batcher::Duration(std::llround(mean_think_ns_ * stream.Exponential()));
  }

  double mean_think_ns_;
  std::uint64_t seed_;
  std::vector<std::uint64_t> thoughts_;  // By caller: how many there were.
  std::vector<Arrival> first_;           // Of each caller, ascending.
  std::size_t next_ = 0;
};

std::vector<batcher::FieldSpec> Fields() {
  return {
      {.name = "callers",
       .unit = batcher::FieldUnit::kCount,
       .meaning = "Who call; each waits for the answer before the next call.",
       .fallback = 20,
       .minimum = 1,
       .maximum = 1e6},
      {.name = "think",
       .unit = batcher::FieldUnit::kDuration,
       .meaning = "From an answer to the next call of that caller, on average (exponential), and "
                  "before the first.",
       .fallback = 100e6,
       .minimum = 1,
       .maximum = 3600e9},
      {.name = "for",
       .unit = batcher::FieldUnit::kDuration,
       .meaning = "Calls come before this time.",
       .fallback = 30e9,
       .minimum = 1,
       .maximum = kLongestRunNs}};
}

}  // namespace

ArrivalKind ClosedArrivals() {
  return {
      .spec = {.name = "closed",
               .meaning = "Callers that wait for their answers before they call again: a slow "
                          "answer slows the calls, so latency looks better than it is for others.",
               .fields = Fields()},
      .waits = true,
      .stationary = true,
      .problem = nullptr,
      .open = [](const Choice& choice, std::uint64_t seed) -> batcher::Result<ArrivalStream> {
        return ArrivalStream(
            std::make_unique<Closed>(choice.Count("callers"), choice.Number("think"), seed),
            BoundsOf(choice), true);
      }};
}

}  // namespace scenarios
