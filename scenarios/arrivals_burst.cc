#include "batcher/base/time.h"
#include "scenarios/arrival_kinds.h"

namespace scenarios {
namespace {

using batcher::Choice;
using batcher::Duration;
using batcher::FieldUnit;

class Burst final : public ArrivalSourceOf<Burst> {
 public:
  explicit Burst(const Choice& choice)
      : size_(static_cast<std::int64_t>(choice.Count("size"))),
        gap_(choice.Time("spread") / size_),
        gap_rest_(choice.Time("spread") % size_),
        every_(choice.Time("every")),
        bursts_(static_cast<std::uint32_t>(choice.Count("count"))) {}

  std::optional<Arrival> Next() {
    if (burst_ == bursts_) {
      return std::nullopt;
    }
    // spread * position / size, whose product could be too large for the type.
    const Duration into_burst = gap_ * position_ + gap_rest_ * position_ / size_;
    const Arrival arrival{.at = batcher::At(every_ * burst_ + into_burst), .burst = burst_};
    if (++position_ == size_) {
      position_ = 0;
      ++burst_;
    }
    return arrival;
  }

 private:
  std::int64_t size_;
  Duration gap_;       // Between two calls of a burst, rounded down,
  Duration gap_rest_;  // and what `size_` of these gaps leave of the spread.
  Duration every_;
  std::uint32_t bursts_;

  std::uint32_t burst_ = 0;    // Of the next call.
  std::int64_t position_ = 0;  // Of the next call within its burst: 0 .. size_ - 1.
};

std::optional<std::string> Problem(const Choice& choice) {
  const bool repeats = choice.Count("count") > 1;
  if (repeats && choice.Time("spread") > choice.Time("every")) {
    return "found a spread of " + batcher::FormatDuration(choice.Time("spread")) +
           ", wanted at most every (" + batcher::FormatDuration(choice.Time("every")) +
           "), so that bursts don't overlap";
  }
  if ((choice.Number("count") - 1) * choice.Number("every") > kLongestRunNs) {
    return "the last burst would come after more than " + batcher::FormatDuration(kLongestRun) +
           ", wanted a smaller count or a smaller every";
  }
  return std::nullopt;
}

std::vector<batcher::FieldSpec> Fields() {
  return {{.name = "size",
           .unit = FieldUnit::kCount,
           .meaning = "Calls of each burst.",
           .fallback = 1000,
           .minimum = 1,
           .maximum = 1e9},
          {.name = "spread",
           .unit = FieldUnit::kDuration,
           .meaning = "The calls of a burst come evenly over this time; 0: all at once.",
           .fallback = 0,
           .maximum = kLongestRunNs},
          {.name = "every",
           .unit = FieldUnit::kDuration,
           .meaning = "From the start of one burst to the start of the next.",
           .fallback = 10e9,
           .minimum = 1,
           .maximum = kLongestRunNs},
          {.name = "count",
           .unit = FieldUnit::kCount,
           .meaning = "Bursts in all; the first is at the start.",
           .fallback = 1,
           .minimum = 1,
           .maximum = 1e9}};
}

}  // namespace

ArrivalKind BurstArrivals() {
  return {.spec = {.name = "burst",
                   .meaning = "Groups of calls that belong together, as when a sheet recalculates.",
                   .fields = Fields()},
          .problem = Problem,
          .open = [](const Choice& choice, std::uint64_t) -> batcher::Result<ArrivalStream> {
            return ArrivalStream(std::make_unique<Burst>(choice), {});
          }};
}

}  // namespace scenarios
