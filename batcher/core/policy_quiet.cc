#include "batcher/core/policies.h"

namespace batcher {
namespace {

// A burst is over when nobody came for a while: it leaves whole, and soon after its last call. A
// call that comes exactly when the gap ends is part of the burst and starts the gap anew; so the
// batch leaves later than the engine knew before that call, which no other policy does.
// Guarantee: no call waits longer than the window, and none that nobody follows longer than the
// gap. Against one who knows the future it has none: calls a little further apart than the gap each
// cost a batch.
class Quiet final : public Policy {
 public:
  Quiet(Duration gap, Duration window) : gap_(gap), window_(window) {}

  std::optional<Due> Next(const QueueView& queue) override {
    const Due quiet{.at = queue.newest + gap_, .reason = FlushReason::kIdle};
    const Due aged{.at = queue.oldest + window_, .reason = FlushReason::kWindow};
    return Earlier(DueIfFull(queue), Earlier(quiet, aged));
  }

  // hastened_from stays 0 although a call hastens nothing before the batch is full: each one sets
  // the timer back, and a driver that had not told of it would wake for a gap that never was.
  std::unique_ptr<Policy> Clone() const override { return std::make_unique<Quiet>(*this); }

 private:
  Duration gap_;
  Duration window_;
};

}  // namespace

PolicyKind QuietKind() {
  return {.spec = {.name = "quiet",
                   .meaning = "Flushes when no call has come for the gap, or when the oldest call "
                              "has waited for the window: for bursts.",
                   .fields = {{.name = "gap",
                               .unit = FieldUnit::kDuration,
                               .meaning = "How long nobody must come; each call starts it anew.",
                               .fallback = 2e6,
                               .maximum = 3600e9},
                              {.name = "window",
                               .unit = FieldUnit::kDuration,
                               .meaning = "How long the oldest call may wait; not longer than the "
                                          "gap: the gap does nothing.",
                               .fallback = 50e6,
                               .maximum = 3600e9}}},
          .make = [](const Choice& choice, std::uint64_t) -> std::unique_ptr<Policy> {
            return std::make_unique<Quiet>(choice.Time("gap"), choice.Time("window"));
          }};
}

}  // namespace batcher
