#include <algorithm>

#include "batcher/core/policies.h"

namespace batcher {
namespace {

// Nagle's rule with a size and a time cap: while nothing is in flight nothing is gained by waiting,
// so a call leaves at once; else calls gather until a batch is done, enough of them are queued, or
// the oldest has waited for the window. Where two reasons arise at once the one named first holds:
// the end of the only batch in flight is `idle`, of one of several `completion`.
// Guarantee: no call waits by choice while the service is idle, nor ever longer than the window.
// Source: Nagle, Congestion control in IP/TCP internetworks, RFC 896 (1984).
class Linger final : public Policy {
 public:
  Linger(std::size_t min_size, Duration window) : min_size_(min_size), window_(window) {}

  std::optional<Due> Next(const QueueView& queue) override {
    std::optional<Due> idle;
    if (queue.in_flight == 0) {
      idle = Due{.at = std::max(queue.oldest, queue.last_completion), .reason = FlushReason::kIdle};
    }
    std::optional<Due> enough;
    if (queue.calls >= min_size_) {
      enough = Due{.at = queue.newest, .reason = FlushReason::kMinSize};
    }
    std::optional<Due> completed;
    // At equal times the completion came first: it was over when the call was queued.
    if (queue.last_completion > queue.oldest) {
      completed = Due{.at = queue.last_completion, .reason = FlushReason::kCompletion};
    }
    const Due aged{.at = queue.oldest + window_, .reason = FlushReason::kWindow};
    return Earlier(DueIfFull(queue), Earlier(idle, Earlier(enough, Earlier(completed, aged))));
  }

  std::size_t hastened_from(std::size_t max_items) const override {
    return std::min(min_size_, max_items);
  }
  std::unique_ptr<Policy> Clone() const override { return std::make_unique<Linger>(*this); }

 private:
  std::size_t min_size_;
  Duration window_;
};

}  // namespace

PolicyKind LingerKind() {
  return {.spec = {.name = "linger",
                   .meaning = "Flushes at once while nothing is in flight; else when enough calls "
                              "are queued, when a batch is done, or when the oldest call has "
                              "waited for the window: Nagle's rule with a time cap.",
                   .fields = {{.name = "min_size",
                               .unit = FieldUnit::kCount,
                               .meaning = "So many queued calls leave without waiting any longer; "
                                          "1: every call at once.",
                               .fallback = 10,
                               .minimum = 1,
                               .maximum = 1e9},
                              {.name = "window",
                               .unit = FieldUnit::kDuration,
                               .meaning = "How long the oldest call may wait; 0: not at all.",
                               .fallback = 10e6,
                               .maximum = 3600e9}}},
          .make = [](const Choice& choice, std::uint64_t) -> std::unique_ptr<Policy> {
            return std::make_unique<Linger>(choice.Count("min_size"), choice.Time("window"));
          }};
}

}  // namespace batcher
