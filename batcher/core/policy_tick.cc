#include <algorithm>

#include "batcher/core/policies.h"

namespace batcher {
namespace {

// A loop that sleeps for the period, looks whether anything is queued, and sends all of it. With
// `awaits` the next sleep starts when the last of those batches is done, else at once. A tick that
// finds nothing queued is computed here, never slept.
class Tick final : public Policy {
 public:
  Tick(Duration period, bool awaits, Duration phase)
      : period_(period), awaits_(awaits), slept_since_(At(phase - period)) {}

  std::optional<Due> Next(const QueueView& queue) override {
    if (awaits_ && flushed_) {
      if (queue.in_flight > 0) {
        return std::nullopt;
      }
      slept_since_ = std::max(slept_since_, queue.last_completion);
      flushed_ = false;
    }
    // The first tick that finds the oldest call queued; one that arrives with the tick is found.
    const Duration passed = queue.oldest - slept_since_;
    const std::int64_t ticks =
        std::max<std::int64_t>((passed + period_ - Duration(1)) / period_, 1);
    next_ = slept_since_ + ticks * period_;
    return Due{.at = next_, .reason = FlushReason::kTick, .everything = true};
  }

  void OnFlush(Instant now) override {
    // A tick that was late (a real machine's timer) shifts the sleeps that follow, as in the loop.
    slept_since_ = awaits_ ? now : next_;
    flushed_ = true;
  }

  std::size_t hastened_from(std::size_t max_items) const override { return max_items; }
  std::unique_ptr<Policy> Clone() const override { return std::make_unique<Tick>(*this); }

 private:
  Duration period_;
  bool awaits_;
  Instant slept_since_;   // The start of the sleep before the next tick that may find something.
  Instant next_;          // The tick that was answered last.
  bool flushed_ = false;  // Batches of the last tick may be in flight.
};

}  // namespace

PolicyKind TickKind() {
  return {
      .spec = {.name = "tick",
               .meaning =
                   "The article's loop: sleeps for the period, then sends all that is queued, in "
                   "as many batches as it takes, and waits for them: the baseline.",
               .fields = {{.name = "period",
                           .unit = FieldUnit::kDuration,
                           .meaning = "The sleep between two looks at the queue.",
                           .fallback = 100e6,
                           .minimum = 1,
                           .maximum = 3600e9},
                          {.name = "awaits",
                           .unit = FieldUnit::kFlag,
                           .meaning =
                               "Whether the next sleep starts when the batches are done (true) or "
                               "runs on beside them (false).",
                           .fallback = 1,
                           .maximum = 1},
                          {.name = "phase",
                           .unit = FieldUnit::kDuration,
                           .meaning =
                               "When the first tick is; left out: one period after the start.",
                           .maximum = 3600e9,
                           .optional = true}}},
      .make = [](const Choice& choice, std::uint64_t) -> std::unique_ptr<Policy> {
        const Duration period = choice.Time("period");
        const Duration phase = choice.Has("phase") ? choice.Time("phase") : period;
        return std::make_unique<Tick>(period, choice.Number("awaits") != 0, phase);
      }};
}

}  // namespace batcher
