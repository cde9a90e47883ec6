#include "batcher/core/policies.h"

namespace batcher {
namespace {

// The control of every comparison: no call waits for another.
class Unbatched final : public Policy {
 public:
  std::optional<Due> Next(const QueueView& queue) override {
    return Due{.at = queue.oldest, .reason = FlushReason::kFullItems};
  }
  bool unbatched() const override { return true; }
  std::unique_ptr<Policy> Clone() const override { return std::make_unique<Unbatched>(*this); }
};

}  // namespace

PolicyKind UnbatchedKind() {
  return {
      .spec = {.name = "unbatched",
               .meaning = "Sends every call at once, by itself, through the single endpoint: the "
                          "control; with max_in_flight 1 one call after the other.",
               .fields = {}},
      .make = [](const Choice&, std::uint64_t) -> std::unique_ptr<Policy> {
        return std::make_unique<Unbatched>();
      }};
}

}  // namespace batcher
