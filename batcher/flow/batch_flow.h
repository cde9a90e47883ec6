#pragma once

#include <cstddef>
#include <optional>

#include "batcher/base/random.h"
#include "batcher/base/time.h"
#include "batcher/core/outcome.h"
#include "batcher/core/reply.h"
#include "batcher/flow/poll.h"
#include "batcher/flow/retry_budget.h"

namespace batcher {

// What all flows of one engine share.
struct FlowRules {
  PollSchedule schedule;
  std::size_t retries = 2;
  Duration backoff = std::chrono::milliseconds(100);
  Duration max_retry_after = std::chrono::seconds(30);
  Duration min_poll{0};
  RetryBudget budget = {};  // shared by all batches
  ReadyEstimate estimate;   // moves with every batch
  RandomStream jitter;      // of the pauses before retries, and between polls
};

// The flow of one batch: submit, pending, poll, answer, retry. It is told of a reply or of the end
// of a sleep and answers what to do next; it waits for nothing itself. A value.
class BatchFlow {
 public:
  struct Action {
    enum class Kind { kSend, kSleep, kFinish };
    Kind kind = Kind::kFinish;
    RequestKind request = RequestKind::kSubmit;  // kSend
    Instant until;                               // kSleep; then OnWake
  };

  BatchFlow() = default;
  BatchFlow(EndpointKind endpoint, std::size_t entries)
      : next_(endpoint == EndpointKind::kSingle ? RequestKind::kSingle : RequestKind::kSubmit),
        entries_(entries) {}

  [[nodiscard]] Action Start() const { return Send(); }
  [[nodiscard]] Action OnWake() const { return Send(); }
  // The reply to the request that was sent last. kFinish ends the flow: with the results if the
  // reply was kAnswered, else with its failure.
  [[nodiscard]] Action OnReply(ReplyKind reply, std::optional<Duration> retry_after, Instant now,
                               FlowRules& rules);

 private:
  [[nodiscard]] Action Send() const {
    return {.kind = Action::Kind::kSend, .request = next_, .until = {}};
  }
  // A pause, then the next request; or the end, after too many failures in a row or where the
  // budget is used up.
  [[nodiscard]] Action Retry(std::optional<Duration> retry_after, Instant now, FlowRules& rules);
  void Learn(bool done, Instant now, FlowRules& rules) const;

  RequestKind next_ = RequestKind::kSubmit;
  std::size_t entries_ = 0;
  std::size_t failures_ = 0;  // Since the last reply that was none.
  std::size_t losses_ = 0;    // The service forgot the batch so many times.
  PollHistory history_;
};

}  // namespace batcher
