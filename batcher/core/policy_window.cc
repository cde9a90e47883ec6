#include <algorithm>

#include "batcher/core/policies.h"

namespace batcher {
namespace {

// Under "no call waits longer than W" no policy sends fewer batches, not even one that knows the
// future: the first queued call must leave by its time, and all that came until then leave with it.
class Window final : public Policy {
 public:
  explicit Window(Duration window) : window_(window) {}

  std::optional<Due> Next(const QueueView& queue) override {
    const Due aged{.at = queue.oldest + window_, .reason = FlushReason::kWindow};
    const std::optional<Due> full = DueIfFull(queue);
    return full && full->at <= aged.at ? *full : aged;
  }
  std::size_t hastened_from(std::size_t max_items) const override { return max_items; }
  std::unique_ptr<Policy> Clone() const override { return std::make_unique<Window>(*this); }

 private:
  Duration window_;
};

}  // namespace

PolicyKind WindowKind() {
  return {
      .spec = {.name = "window",
               .meaning = "Flushes when the oldest call has waited for the window, or when a batch "
                          "is full: the predictable bound.",
               .fields = {{.name = "window",
                           .unit = FieldUnit::kDuration,
                           .meaning = "How long the oldest call may wait; 0: not at all.",
                           .fallback = 10e6,
                           .maximum = 3600e9}}},
      .make = [](const Choice& choice, std::uint64_t) -> std::unique_ptr<Policy> {
        return std::make_unique<Window>(choice.Time("window"));
      }};
}

}  // namespace batcher
