#include "batcher/core/policies.h"

namespace batcher {
namespace {

// Waits until the waiting has cost as much as the batch will. With k calls queued their summed
// waiting grows by k each second, so the moment is known until the next event; it is rounded up to
// the nanosecond.
// Guarantee: price x batches + summed waiting is at most twice that of one who knows the future,
// and no other deterministic policy promises less. It holds without a window, while no batch is
// full and a slot is free. Why: while the calls of one of its batches wait, that other one either
// sends a batch too, or lets the same calls wait, and pays the price either way.
// Source: Dooly, Goldman, Scott, On-line analysis of the TCP acknowledgment delay problem, Journal
// of the ACM 48 (2001).
class Balance final : public Policy {
 public:
  Balance(Duration price, std::optional<Duration> window) : price_(price), window_(window) {}

  std::optional<Due> Next(const QueueView& queue) override {
    const Duration left = price_ - queue.summed_wait;
    const Due spent{.at = queue.newest + DividedUp(left, queue.calls),
                    .reason = FlushReason::kBudget};
    return Earlier(DueIfFull(queue), Capped(spent, queue, window_));
  }

  // hastened_from stays 0: every call makes the waiting grow faster.
  std::unique_ptr<Policy> Clone() const override { return std::make_unique<Balance>(*this); }

 private:
  Duration price_;
  std::optional<Duration> window_;
};

}  // namespace

Duration DividedUp(Duration time, std::size_t calls) {
  const auto count = static_cast<Duration::rep>(calls);
  // The division truncates, which rounds a time that is over up.
  return Duration((time.count() + (time > Duration(0) ? count - 1 : 0)) / count);
}

Due Capped(const Due& due, const QueueView& queue, std::optional<Duration> window) {
  return window ? Earlier(due, {.at = queue.oldest + *window, .reason = FlushReason::kWindow})
                : due;
}

std::optional<Duration> WindowIn(const Choice& choice) {
  return choice.Has("window") ? std::optional(choice.Time("window")) : std::nullopt;
}

std::vector<FieldSpec> PriceFields() {
  return {{.name = "price",
           .unit = FieldUnit::kDuration,
           .meaning = "What a batch is worth in the waiting of calls: at 100ms it may as well be "
                      "sent when one call has waited for 100 ms, or ten for 10 ms each; 0: no call "
                      "waits.",
           .fallback = 100e6,
           .maximum = 3600e9},
          {.name = "window",
           .unit = FieldUnit::kDuration,
           .meaning = "How long the oldest call may wait; left out: until the price is reached.",
           .maximum = 3600e9,
           .optional = true}};
}

PolicyKind BalanceKind() {
  return {.spec = {.name = "balance",
                   .meaning = "Flushes when the waiting of the queued calls, added up, reaches the "
                              "price of a batch: nothing to tune, and never twice as dear as the "
                              "best in hindsight.",
                   .fields = PriceFields()},
          .make = [](const Choice& choice, std::uint64_t) -> std::unique_ptr<Policy> {
            return std::make_unique<Balance>(choice.Time("price"), WindowIn(choice));
          }};
}

}  // namespace batcher
