#include <utility>

#include "batcher/base/check.h"
#include "batcher/base/random.h"
#include "batcher/base/time.h"
#include "scenarios/arrival_kinds.h"

namespace scenarios {
namespace {

using batcher::Choice;
using batcher::Instant;

// The arrivals of several streams, one stream after the other.
class Mix final : public ArrivalSourceOf<Mix> {
 public:
  explicit Mix(std::vector<ArrivalStream> parts) : parts_(std::move(parts)) {}

  std::optional<Arrival> Next() {
    for (; part_ < parts_.size(); ++part_) {
      if (std::optional<Arrival> arrival = parts_[part_].Next()) {
        Shift(*arrival);
        return arrival;
      }
      const std::optional<Instant> end = parts_[part_].End();
      start_ = end ? start_ + end->time_since_epoch() : last_;
      last_ = start_;
      first_burst_ = next_burst_;
    }
    return std::nullopt;
  }

 private:
  // From the time and the bursts of its part to those of the whole.
  void Shift(Arrival& arrival) {
    arrival.at = start_ + arrival.at.time_since_epoch();
    last_ = arrival.at;
    if (arrival.burst != kNoBurst) {
      CHECK(arrival.burst < kNoBurst - first_burst_);
      arrival.burst += first_burst_;
      next_burst_ = arrival.burst + 1;
    }
  }

  std::vector<ArrivalStream> parts_;
  std::size_t part_ = 0;           // The one that is under way.
  Instant start_;                  // Of that part.
  Instant last_;                   // The last arrival of that part; without one, its start.
  std::uint32_t first_burst_ = 0;  // Of that part.
  std::uint32_t next_burst_ = 0;
};

std::optional<std::string> Problem(const Choice& choice) {
  batcher::Duration length{0};
  for (const Choice& part : choice.Choices("parts")) {
    if (FindArrivalKind(part.kind())->waits) {
      return "found a part of the kind " + part.kind() +
             ", wanted arrivals that do not wait for answers";
    }
    length += BoundsOf(part).length.value_or(batcher::Duration(0));
  }
  if (length > kLongestRun) {
    return "found parts of " + batcher::FormatDuration(length) + " in all, wanted at most " +
           batcher::FormatDuration(kLongestRun);
  }
  return std::nullopt;
}

batcher::Result<ArrivalStream> Open(const Choice& choice, std::uint64_t seed) {
  std::vector<ArrivalStream> parts;
  for (const Choice& part : choice.Choices("parts")) {
    CHECK(!ArrivalProblem(part));
    // A seed of its own for each part: two alike have the same statistics, not the same times.
    const std::uint64_t part_seed =
        batcher::KeyedStream(seed, "arrivals.parts", parts.size(), 0).Bits();
    batcher::Result<ArrivalStream> stream = FindArrivalKind(part.kind())->open(part, part_seed);
    if (!stream) {
      return stream.error();
    }
    parts.push_back(std::move(*stream));
  }
  return ArrivalStream(std::make_unique<Mix>(std::move(parts)), {});
}

}  // namespace

ArrivalKind MixArrivals() {
  return {
      .spec = {.name = "mix",
               .meaning = "Other kinds in turn: a quiet time, then a burst, then a rush.",
               .fields = {{.name = "parts",
                           .unit = batcher::FieldUnit::kChoices,
                           .meaning =
                               "Arrivals of any kind but closed and mix. A part begins where the "
                               "one before ends: at the end of its for, or else at its "
                               "last call.",
                           .minimum = 1,
                           .maximum = 100}}},
      .problem = Problem,
      .open = Open};
}

}  // namespace scenarios
