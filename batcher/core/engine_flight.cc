#include <algorithm>
#include <utility>

#include "batcher/base/check.h"
#include "batcher/base/defect.h"
#include "batcher/core/engine.h"

// The engine from dispatch to the outcome: requests, replies, time-outs, and the end of each call.

namespace batcher {
namespace {

// A stamp that is not before the one before it, and, if it never happened, the end.
Instant Raised(Instant before, Instant stamp, Instant end) {
  return std::max(before, std::min(stamp, end));
}

}  // namespace

void Engine::Act(std::uint32_t slot, const BatchFlow::Action& action, const Reply* reply,
                 Instant now, Effects& effects) {
  Batch& batch = batches_[slot];
  switch (action.kind) {
    case BatchFlow::Action::Kind::kSend:
      wire_.Offer({.slot = slot,
                   .batch = batch.record.batch,
                   .kind = action.request,
                   .items = action.request == RequestKind::kPoll ? 0 : batch.part.count});
      return;
    case BatchFlow::Action::Kind::kSleep:
      batch.sleep = timers_.Set(action.until, slot);
      return;
    case BatchFlow::Action::Kind::kFinish:
      CHECK(reply != nullptr);
      FinishPart(slot, *reply, now, effects);
      return;
  }
}

void Engine::WakeFlows(Instant now, Effects& effects) {
  while (const std::optional<Timers::Timer> timer = timers_.Take(now)) {
    Batch& batch = batches_[timer->slot];
    if (batch.live && (batch.sleep == timer->order || Planted(Defect::kStaleTimer))) {
      Act(timer->slot, batch.flow.OnWake(), nullptr, now, effects);
    }
  }
}

void Engine::EndUnpayable(Instant now, Effects& effects) {
  bool any = false;
  while (const std::optional<Outgoing> outgoing = wire_.TakeUnpayable(now)) {
    batches_[outgoing->slot].record.status = 0;  // It is not the service that refuses.
    FinishPart(outgoing->slot, {.kind = ReplyKind::kRefused, .failure = Outcome::kFailedQuota}, now,
               effects);
    any = true;
  }
  if (any) {
    AskPolicy();
  }
}

void Engine::PumpWire(Instant now, Effects& effects) {
  while (const std::optional<Outgoing> outgoing = wire_.Take(now)) {
    Batch& batch = batches_[outgoing->slot];
    CHECK(batch.live && batch.record.batch == outgoing->batch);
    if (outgoing->kind == RequestKind::kPoll) {
      ++batch.record.polls;
    } else if (batch.record.attempts++ == 0) {
      batch.record.sent = now;
    }
    const std::uint64_t request = requests_.Push({.batch = outgoing->batch,
                                                  .slot = outgoing->slot,
                                                  .open = true,
                                                  .sent = now,
                                                  .kind = outgoing->kind});
    effects.sends.push_back({.request = request,
                             .slot = outgoing->slot,
                             .batch = outgoing->batch,
                             .kind = outgoing->kind,
                             .attempt = batch.record.attempts - 1,
                             .first = batch.part.first,
                             .count = batch.part.count,
                             .isolates = std::exchange(batch.isolates, false)});
  }
}

void Engine::StampReply(Batch& batch, const OpenRequest& request, const Reply& reply) const {
  BatchRecord& record = batch.record;
  record.status = reply.status;
  const Instant sent = Raised(request.sent, reply.sent, now_);
  const bool accepted = reply.kind == ReplyKind::kPending || reply.kind == ReplyKind::kAnswered;
  if (request.kind != RequestKind::kPoll) {
    if (record.attempts == 1) {
      record.sent = sent;
    }
    if (accepted) {
      record.attempted = sent;
      // The service charges for no entry twice.
      const bool whole = batch.part.count == record.entries;
      record.accepted += whole || record.accepted == 0 ? 1 : 0;
    }
  }
  if (reply.kind == ReplyKind::kAnswered) {
    record.replied = Raised(sent, reply.replied, now_);
    record.answered = Raised(record.attempted, reply.answered, record.replied);
  }
}

void Engine::EndBatch(std::uint32_t slot, Outcome outcome, bool abandoned, Instant now,
                      Effects& effects) {
  Batch& batch = batches_[slot];
  BatchRecord& record = batch.record;
  if (batch.joinable) {
    for (std::size_t position = 0; position < batch.entries.size(); ++position) {
      const std::uint64_t key = batch.entries[position].key;
      if (index_.Find(key) == InFlightRef(slot, position)) {
        index_.Erase(key);
      }
    }
  }
  record.outcome = outcome;
  record.due = Raised(Instant::min(), record.due, now);
  record.dispatched = Raised(record.due, record.dispatched, now);
  record.sent = Raised(record.dispatched, record.sent, now);
  record.attempted = Raised(record.sent, std::min(record.attempted, batch.first_attempted), now);
  record.answered = Raised(record.attempted, std::min(record.answered, batch.first_answered), now);
  record.replied = Raised(record.answered, record.replied, now);
  effects.batches.push_back({.slot = slot, .abandoned = abandoned, .record = record});
  batch.live = false;
  free_slots_.push_back(slot);
  in_flight_ -= abandoned && Planted(Defect::kSlotNotReturned) ? 0U : 1U;
  last_completion_ = now;
}

EndedCall Engine::FateOf(std::uint32_t slot, Instant now) const {
  const BatchRecord& batch = batches_[slot].record;
  EndedCall fate;
  fate.slot = slot;
  CallRecord& record = fate.record;
  record.batch = batch.batch;
  record.endpoint = batch.endpoint;
  record.due = Raised(Instant::min(), batch.due, now);
  record.dispatched = Raised(record.due, batch.dispatched, now);
  record.sent = Raised(record.dispatched, batch.sent, now);
  record.attempted = Raised(record.sent, batch.attempted, now);
  record.answered = Raised(record.attempted, batch.answered, now);
  record.replied = Raised(record.answered, batch.replied, now);
  record.delivered = now;
  return fate;
}

EndedCall Engine::FateInQueue(Instant now) {
  EndedCall fate;
  CallRecord& record = fate.record;
  record.due = record.dispatched = record.sent = record.attempted = now;
  record.answered = record.replied = record.delivered = now;
  return fate;
}

void Engine::EndCall(CallId id, Outcome outcome, const EndedCall& fate, Effects& effects) {
  Call& call = calls_[id];
  CHECK(call.state != CallState::kEnded);
  EndedCall& ended = effects.calls.emplace_back(fate);
  ended.id = id;
  CallRecord& record = ended.record;
  record.call = call.call;
  record.key = call.key;
  record.position = call.state == CallState::kInFlight ? static_cast<std::uint32_t>(call.entry) : 0;
  record.outcome = outcome;
  record.intended = record.submitted = call.submitted;
  if (call.submitted > record.due) {  // left over from a batch before, or joined in flight
    for (Instant CallRecord::*const stamp :
         {&CallRecord::due, &CallRecord::dispatched, &CallRecord::sent, &CallRecord::attempted,
          &CallRecord::answered, &CallRecord::replied}) {
      record.*stamp = std::max(record.*stamp, call.submitted);
    }
  }
  call.state = CallState::kEnded;
  --live_calls_;
}

void Engine::Detach(CallId id, Outcome outcome, Instant now, Effects& effects) {
  const Call call = calls_[id];
  if (call.state == CallState::kEnded) {
    return;
  }
  const bool in_flight = call.state == CallState::kInFlight;
  EndCall(id, outcome, in_flight ? FateOf(call.slot, now) : FateInQueue(now), effects);
  if (call.state == CallState::kWaiting) {
    --waiting_calls_;
    return;
  }
  const bool queued = !in_flight;
  Entry& entry = queued ? queue_[call.entry] : batches_[call.slot].entries[call.entry];
  // The list starts with a waiter that has not ended, so no later one is forgotten before it.
  while (entry.first != kNoCall && calls_[entry.first].state == CallState::kEnded) {
    entry.first = calls_[entry.first].next_waiter;
  }
  if (queued) {
    const std::uint64_t key = entry.key;
    if (queue_.Leave(call.entry, call.submitted) && index_.Find(key) == call.entry) {
      index_.Erase(key);
    }
    return;
  }
  --entry.waiters;
  Batch& batch = batches_[call.slot];
  if (--batch.waiters == 0) {
    wire_.Drop(batch.record.batch);
    EndBatch(call.slot, outcome, true, now, effects);
  }
}

void Engine::ExpireRequests(Instant now, Effects& effects) {
  while (!requests_.empty()) {
    const OpenRequest& oldest = requests_.front();
    if (!oldest.open) {
      requests_.Pop();
      continue;
    }
    if (oldest.sent + options_.wire.attempt_timeout > now) {
      return;
    }
    On(Reply{.request = requests_.first(),
             .kind = ReplyKind::kFailed,
             .failure = Outcome::kFailedUnreachable,
             .sent = oldest.sent,
             .answered = now,
             .replied = now},
       now, effects);
  }
}

void Engine::ExpireCalls(Instant now, Effects& effects) {
  while (!calls_.empty()) {
    const Call& oldest = calls_.front();
    if (oldest.state == CallState::kEnded) {
      calls_.Pop();
    } else if (oldest.submitted + options_.wire.timeout <= now) {
      Detach(calls_.first(), Outcome::kTimeout, now, effects);
    } else if (drain_deadline_ && *drain_deadline_ <= now) {
      Detach(calls_.first(), Outcome::kShutDown, now, effects);
    } else {
      return;
    }
  }
}

}  // namespace batcher
