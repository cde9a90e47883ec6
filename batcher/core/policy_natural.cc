#include "batcher/core/policies.h"

namespace batcher {
namespace {

// Group commit: never waits by choice, so batches grow exactly as far as the slots are busy.
class Natural final : public Policy {
 public:
  std::optional<Due> Next(const QueueView& queue) override {
    return Due{.at = queue.oldest,
               .reason = queue.slot_free ? FlushReason::kIdle : FlushReason::kCompletion};
  }
  std::unique_ptr<Policy> Clone() const override { return std::make_unique<Natural>(*this); }
};

}  // namespace

PolicyKind NaturalKind() {
  return {
      .spec = {.name = "natural",
               .meaning = "Flushes whenever a slot of max_in_flight is free (a window of 0): group "
                          "commit.",
               .fields = {}},
      .make = [](const Choice&, std::uint64_t) -> std::unique_ptr<Policy> {
        return std::make_unique<Natural>();
      }};
}

}  // namespace batcher
