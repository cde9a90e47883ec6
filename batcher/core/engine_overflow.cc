#include "batcher/base/check.h"
#include "batcher/core/engine.h"

// The engine with a full queue: whom it refuses, pushes out, or lets wait.

namespace batcher {

// The queue has no room for the call. False: it is refused.
bool Engine::MakeRoom(const Submit& event, CallId id, Instant now, Effects& effects) {
  switch (options_.queue.overflow) {
    case Overflow::kReject:
      return false;
    case Overflow::kShedOldest:
      while (queue_.calls() >= options_.queue.max_queued) {
        Detach(queue_.front().first, Outcome::kRejectedShed, now, effects);
      }
      return Enqueue(event, id, now);
    case Overflow::kWait:
      if (!event.can_wait) {
        return false;
      }
      calls_[id].state = CallState::kWaiting;
      waiting_.push_back({.id = id, .bytes = event.bytes});
      ++waiting_calls_;
      return true;
  }
  UNREACHABLE("an overflow that is none");
}

// Invariant after every event: nobody waits while there is room.
void Engine::AdmitWaiting(Instant now) {
  while (!waiting_.empty() && queue_.calls() < options_.queue.max_queued) {
    const WaitingCall next = waiting_.front();
    waiting_.pop_front();
    if (!calls_.Contains(next.id) || calls_[next.id].state != CallState::kWaiting) {
      continue;
    }
    Call& call = calls_[next.id];
    --waiting_calls_;
    call.state = CallState::kQueued;
    call.entry = queue_.Add(call.key, next.bytes, next.id, call.submitted);
    if (options_.queue.dedup) {
      index_.Set(call.key, call.entry);
    }
    held_until_ = now;
  }
}

}  // namespace batcher
