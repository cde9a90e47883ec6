#include <algorithm>

#include "batcher/core/engine.h"

// The engine with calls that have deadlines: an overlay on every policy.

namespace batcher {

void Engine::ForgetDeadlines() {
  deadlines_.Forget([this](CallId id) { return Lives(id); });
  queued_deadlines_.Forget(
      [this](CallId id) { return Lives(id) && calls_[id].state != CallState::kInFlight; });
}

// Brings next_due_ forward to when a batch must leave so that the service should be done by the
// earliest deadline in the queue. While nothing is known of the service it is taken to need half of
// the time that the call gave. REQUIRES: the queue is not empty.
void Engine::PullForward() {
  ForgetDeadlines();
  Instant pull = kNever;
  if (!queued_deadlines_.empty()) {
    const auto [deadline, call] = queued_deadlines_.front();
    const Instant submitted = calls_[call].submitted;
    const Duration need = NextService().usually_within().value_or((deadline - submitted) / 2);
    pull = std::max(deadline - need, submitted);
  }
  if (pull != unclamped_pull_) {
    unclamped_pull_ = pull;
    pull_ = std::max(pull, now_);  // What has just become due was not overslept.
  }
  if (pull_ != kNever && (!next_due_ || pull_ < next_due_->at)) {
    next_due_ = Due{.at = pull_, .reason = FlushReason::kDeadline};
  }
}

// What is known of the endpoint that a flush would take now. REQUIRES: the queue is not empty.
ServiceEstimate& Engine::NextService() {
  const EndpointKind endpoint =
      BatchLimit() < SingleBelow() ? EndpointKind::kSingle : EndpointKind::kBatch;
  return service_[static_cast<std::size_t>(endpoint)];
}

// Ends the calls in the queue that a batch which leaves now could only serve too late, before they
// cost a request. Whether there were any. REQUIRES: the queue is not empty.
bool Engine::GiveUpHopeless(Instant now, Effects& effects) {
  if (queued_deadlines_.empty()) {
    return false;
  }
  bool any = false;
  ServiceEstimate& service = NextService();
  ForgetDeadlines();
  while (!queued_deadlines_.empty() && queued_deadlines_.front().at < now + service.least()) {
    Detach(queued_deadlines_.front().call, Outcome::kDeadlineExceeded, now, effects);
    service.Doubt();
    any = true;
    ForgetDeadlines();
  }
  return any;
}

void Engine::ExpireDeadlines(Instant now, Effects& effects) {
  ForgetDeadlines();
  while (!deadlines_.empty() && deadlines_.front().at <= now) {
    Detach(deadlines_.front().call, Outcome::kDeadlineExceeded, now, effects);
    ForgetDeadlines();
  }
}

}  // namespace batcher
