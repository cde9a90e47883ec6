#include "batcher/core/engine.h"

#include <algorithm>

#include "batcher/base/check.h"
#include "batcher/base/defect.h"

namespace batcher {
namespace {

FlowRules RulesOf(const EngineOptions& options) {
  const PollSchedule schedule(options.wire.poll);
  return {.schedule = schedule,
          .retries = options.wire.retries,
          .backoff = options.wire.backoff,
          .max_retry_after = options.wire.max_retry_after,
          .min_poll = options.wire.min_poll,
          .budget = RetryBudget(options.wire.retry_budget),
          .estimate = schedule.prior(),
          .jitter = RandomStream(options.seed, "retry_jitter")};
}

// Nothing waits longer, so that no sum of times overflows.
constexpr Duration kCentury = std::chrono::hours(24 * 36'525);

EngineOptions WithinACentury(EngineOptions options) {
  options.wire.timeout = std::min(options.wire.timeout, kCentury);
  options.wire.attempt_timeout = std::min(options.wire.attempt_timeout, kCentury);
  return options;
}

void CheckLimits(const QueueOptions& queue) {
  CHECK(queue.max_items >= 1 && queue.max_queued >= 1);
  CHECK(!queue.max_in_flight || *queue.max_in_flight >= 1);
}

}  // namespace

void Effects::Clear() {
  dispatched.clear();
  sends.clear();
  calls.clear();
  batches.clear();
}

Engine::Engine(const EngineOptions& options)
    : options_(WithinACentury(options)),
      policy_(MakePolicy(options.queue.policy, options.seed)),
      rules_(RulesOf(options)),
      wire_(options.wire) {
  CheckLimits(options.queue);
  CHECK(options.wire.timeout > Duration(0) && options.wire.attempt_timeout > Duration(0));
}

Engine::Engine(const Engine& other)
    : options_(other.options_),
      policy_(other.policy_->Clone()),
      rules_(other.rules_),
      wire_(other.wire_),
      queue_(other.queue_),
      index_(other.index_),
      waiting_(other.waiting_),
      waiting_calls_(other.waiting_calls_),
      calls_(other.calls_),
      batches_(other.batches_),
      free_slots_(other.free_slots_),
      requests_(other.requests_),
      timers_(other.timers_),
      deadlines_(other.deadlines_),
      queued_deadlines_(other.queued_deadlines_),
      service_(other.service_),
      unclamped_pull_(other.unclamped_pull_),
      pull_(other.pull_),
      next_due_(other.next_due_),
      due_(other.due_),
      held_until_(other.held_until_),
      drain_deadline_(other.drain_deadline_),
      in_flight_(other.in_flight_),
      live_calls_(other.live_calls_),
      next_batch_(other.next_batch_),
      last_completion_(other.last_completion_),
      last_submitted_(other.last_submitted_),
      now_(other.now_) {}

Engine& Engine::operator=(const Engine& other) {
  Engine copy(other);
  *this = std::move(copy);
  return *this;
}

void Engine::Begin(Instant now) {
  CHECK(now >= now_);
  now_ = now;
}

CallId Engine::On(const Submit& event, Instant now, Effects& effects) {
  Begin(now);
  last_submitted_ = std::max(last_submitted_, std::min(event.submitted, now));
  const CallId id = calls_.next();
  Call& call = calls_.Extend();
  call.call = event.call;
  call.key = event.key;
  call.submitted = last_submitted_;
  call.next_waiter = kNoCall;
  call.state = CallState::kQueued;
  ++live_calls_;
  if (event.deadline != kNever) {
    const Instant deadline = std::max(event.deadline, call.submitted);
    deadlines_.Add(deadline, id);
    queued_deadlines_.Add(deadline, id);
  }
  const QueueOptions& queue = options_.queue;
  std::optional<Outcome> refused;
  if (drain_deadline_) {
    refused = Outcome::kRejectedDraining;
  } else if (queue.max_bytes && event.bytes > *queue.max_bytes) {
    refused = Outcome::kRejectedTooLarge;
  } else if (!Enqueue(event, id, now) && !MakeRoom(event, id, now, effects)) {
    refused = Outcome::kRejectedQueueFull;
  }
  if (refused) {
    EndCall(id, *refused, FateInQueue(now), effects);
    Trim();
  } else if (!next_due_ || (next_due_->at > now && queue_.calls() >= quiet_below_calls())) {
    AskPolicy();  // Else nothing changes: no call that comes puts off what is due.
  }
  return id;
}

bool Engine::Enqueue(const Submit& event, CallId id, Instant now) {
  const bool full = queue_.calls() >= options_.queue.max_queued;
  if (options_.queue.dedup && event.twin) {
    if (JoinTwin(*event.twin, id, now)) {
      return true;
    }
  } else if (options_.queue.dedup) {
    const auto twin = full ? index_.Find(event.key) : index_.Add(event.key, queue_.next_id());
    if (twin && JoinEntry(*twin, id, now)) {
      return true;
    }
    if (twin && !full) {
      index_.Set(event.key, queue_.next_id());
    }
  }
  if (full) {
    return false;
  }
  calls_[id].entry = queue_.Add(event.key, event.bytes, id, last_submitted_);
  return true;
}

void Engine::On(const Cancel& event, Instant now, Effects& effects) {
  Begin(now);
  const CallId call = event.call + (Planted(Defect::kCancelOfNeighbour) ? 1 : 0);
  if (calls_.Contains(call)) {
    Detach(call, Outcome::kCancelled, now, effects);
    AdmitWaiting(now);
    AskPolicy();
    Trim();
  }
}

void Engine::On(const Reply& event, Instant now, Effects& effects) {
  Begin(now);
  if (!requests_.Contains(event.request) || !requests_[event.request].open) {
    return;
  }
  OpenRequest& request = requests_[event.request];
  request.open = false;
  wire_.Release();
  if (event.failure == Outcome::kFailedQuota && event.kind == ReplyKind::kRefused) {
    wire_.EndBudget();
  }
  Batch& batch = batches_[request.slot];
  if (batch.live && batch.record.batch == request.batch) {
    StampReply(batch, request, event);
    const BatchFlow::Action action = batch.flow.OnReply(event.kind, event.retry_after, now, rules_);
    Act(request.slot, action, &event, now, effects);
  }
  AskPolicy();
  Trim();
}

void Engine::On(Wake /*event*/, Instant now, Effects& effects) {
  Begin(now);
  WakeFlows(now, effects);
  ExpireRequests(now, effects);
  ExpireCalls(now, effects);
  ExpireDeadlines(now, effects);
  AdmitWaiting(now);
  // Before the flush: a batch never ends in the same turn in which it was dispatched.
  EndUnpayable(now, effects);
  FlushQueue(now, effects);
  PumpWire(now, effects);
  Trim();
}

void Engine::On(Flush /*event*/, Instant now, Effects& /*effects*/) {
  Begin(now);
  if (queue_.empty()) {
    return;
  }
  if (!due_) {
    due_ = StampedDue{.at = now, .reason = FlushReason::kManual};
  }
  due_->left = queue_.entries();
}

void Engine::On(const Drain& event, Instant now, Effects& /*effects*/) {
  Begin(now);
  drain_deadline_ = drain_deadline_ ? std::min(*drain_deadline_, event.deadline) : event.deadline;
  AskPolicy();
}

void Engine::On(const Retune& event, Instant now, Effects& /*effects*/) {
  Begin(now);
  CheckLimits(event.queue);
  options_.queue = event.queue;
  policy_ = MakePolicy(event.queue.policy, options_.seed);
  held_until_ = now;
  AdmitWaiting(now);
  AskPolicy();
}

Instant Engine::wake_at() const {
  Instant earliest = timers_.next_at();
  const auto lower = [&earliest](Instant at) {
    if (at < earliest) {
      earliest = at;
    }
  };
  if (!queue_.empty()) {
    if (due_) {
      lower(SlotFree() ? now_ : kNever);
    } else if (next_due_) {
      lower(next_due_->at);
    }
  }
  lower(wire_.next_at());
  if (!requests_.empty()) {
    lower(requests_.front().sent + options_.wire.attempt_timeout);
  }
  if (live_calls_ > 0) {
    lower(calls_.front().submitted + options_.wire.timeout);
    lower(drain_deadline_.value_or(kNever));
  }
  if (!deadlines_.empty()) {
    lower(deadlines_.front().at);
  }
  return earliest;
}

std::span<const Entry> Engine::EntriesOf(std::uint32_t slot) const {
  CHECK(slot < batches_.size() && batches_[slot].live);
  return batches_[slot].entries;
}

void Engine::Trim() {
  while (!calls_.empty() && calls_.front().state == CallState::kEnded) {
    calls_.Pop();
  }
  while (!requests_.empty() && !requests_.front().open) {
    requests_.Pop();
  }
  ForgetDeadlines();
}

}  // namespace batcher
