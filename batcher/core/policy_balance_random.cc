#include <algorithm>
#include <cmath>
#include <numbers>

#include "batcher/base/random.h"
#include "batcher/core/policies.h"

namespace batcher {
namespace {

// Each batch gets a threshold of its own, a share z of the price with density e^z / (e - 1) on
// [0, 1], and leaves at the first moment t for which some earlier moment s has
//     (calls queued by s) x (t - s) = z x price,
// that is at the least of a_k + z x price / k, where the k-th call came at a_k.
// Guarantee: with one z for all batches the expected price x batches + summed waiting is at most
// e / (e - 1) = 1.582 times that of one who knows the future but not the draws, and no policy
// promises less. But then all of a run hangs on one draw, and a small one would stay small. With a
// z for each batch the promise is weaker and not proven: a lone call, and many more at once half a
// price later, cost 1.660 times the least on average, which is the worst that was found. All that
// without a window, while no batch is full and a slot is free. Calls that a full batch left behind,
// or that remain when others gave up, are taken to have come when the newest did, but the oldest.
// Sources: Karlin, Kenyon, Randall, Dynamic TCP acknowledgement and other stories about e/(e-1),
// STOC 2001; Seiden, A guessing game and randomized online algorithms, STOC 2000.
class BalanceRandom final : public Policy {
 public:
  BalanceRandom(Duration price, std::optional<Duration> window, std::uint64_t seed)
      : price_(price), window_(window), random_(seed, "balance_random") {}

  std::optional<Due> Next(const QueueView& queue) override {
    // Those that remain when others gave up keep the threshold: another one might be over already.
    const bool another = !drawn_ || queue.oldest > newest_;
    if (another) {
      Draw();
    }
    if (another || queue.oldest != oldest_ || queue.calls < calls_) {
      at_ = queue.oldest + threshold_;
    }
    oldest_ = queue.oldest;
    newest_ = queue.newest;
    calls_ = queue.calls;
    at_ = std::min(at_, queue.newest + DividedUp(threshold_, calls_));
    return Earlier(DueIfFull(queue),
                   Capped({.at = at_, .reason = FlushReason::kBudget}, queue, window_));
  }

  void OnFlush(Instant /*now*/) override { drawn_ = false; }

  // hastened_from stays 0: any call may be the one whose moment comes first.
  std::unique_ptr<Policy> Clone() const override { return std::make_unique<BalanceRandom>(*this); }

 private:
  // By inversion: P(z <= x) = (e^x - 1) / (e - 1).
  void Draw() {
    const double z = std::log(1 + random_.Uniform() * (std::numbers::e - 1));
    threshold_ = Duration(std::llround(z * static_cast<double>(price_.count())));
    drawn_ = true;
  }

  Duration price_;
  std::optional<Duration> window_;
  RandomStream random_;
  bool drawn_ = false;     // a threshold for the calls that are queued
  Duration threshold_{0};  // z x price
  // Of the queue when it was asked last.
  Instant oldest_;
  Instant newest_;
  std::size_t calls_ = 0;
  Instant at_;  // the least of a_k + threshold / k of those
};

}  // namespace

PolicyKind BalanceRandomKind() {
  return {.spec = {.name = "balance_random",
                   .meaning = "As balance, with a threshold drawn for each batch: on average never "
                              "1.7 times as dear as the best in hindsight, as far as was found.",
                   .fields = PriceFields()},
          .make = [](const Choice& choice, std::uint64_t seed) -> std::unique_ptr<Policy> {
            return std::make_unique<BalanceRandom>(choice.Time("price"), WindowIn(choice), seed);
          }};
}

}  // namespace batcher
