#include <algorithm>

#include "batcher/core/policies.h"

namespace batcher {
namespace {

// Fixed size, no timer. Calls that no others follow wait until they time out, at the end of the
// arrivals too: a cap on the waiting is the policy `window` with max_items.
// Guarantee: for Poisson arrivals of a rate and a price c of a batch in call-seconds no policy that
// does not know the future pays less than the size ceil((sqrt(1 + 8 rate c) - 1) / 2), since
// memoryless gaps make the number of queued calls all there is to know. For other arrivals none.
// Source: Deb and Serfozo, Optimal control of batch service queues, Advances in Applied Probability
// 5 (1973).
class Count final : public Policy {
 public:
  explicit Count(std::size_t size) : size_(size) {}

  std::optional<Due> Next(const QueueView& queue) override {
    const std::optional<Due> full = DueIfFull(queue);
    if (queue.calls < size_) {
      return full;
    }
    return Earlier(full, {.at = queue.newest, .reason = FlushReason::kMinSize});
  }

  std::size_t hastened_from(std::size_t max_items) const override {
    return std::min(size_, max_items);
  }
  std::unique_ptr<Policy> Clone() const override { return std::make_unique<Count>(*this); }

 private:
  std::size_t size_;
};

}  // namespace

PolicyKind CountKind() {
  return {
      .spec = {.name = "count",
               .meaning = "Flushes when so many calls are queued, and never by time: fewer wait "
                          "for the next calls, the last ones of all until they time out.",
               .fields = {{.name = "size",
                           .unit = FieldUnit::kCount,
                           .meaning = "How many queued calls leave together; 1: every call at "
                                      "once.",
                           .fallback = 10,
                           .minimum = 1,
                           .maximum = 1e9}}},
      .make = [](const Choice& choice, std::uint64_t) -> std::unique_ptr<Policy> {
        return std::make_unique<Count>(choice.Count("size"));
      }};
}

}  // namespace batcher
