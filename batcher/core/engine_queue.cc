#include <algorithm>
#include <limits>

#include "batcher/base/check.h"
#include "batcher/base/defect.h"
#include "batcher/core/engine.h"

// The engine from submit to dispatch: what is queued, when it is due, what leaves together.

namespace batcher {

bool Engine::SlotFree() const {
  return !options_.queue.max_in_flight || in_flight_ < *options_.queue.max_in_flight;
}

bool Engine::JoinEntry(std::uint64_t entry_ref, CallId id, Instant now) {
  const bool in_flight = (entry_ref & kInFlightMark) != 0;
  Call& call = calls_[id];
  if (!in_flight) {
    if (queue_.calls() >= options_.queue.max_queued) {
      return false;
    }
    calls_[queue_[entry_ref].last].next_waiter = id;
    queue_.Join(entry_ref, id, call.submitted);
    call.entry = entry_ref;
    return true;
  }
  const auto slot = static_cast<std::uint32_t>((entry_ref ^ kInFlightMark) >> 32U);
  const std::uint64_t position = entry_ref & 0xffffffffU;
  Batch& batch = batches_[slot];
  Entry& entry = batch.entries[position];
  if (!options_.queue.join_in_flight || !batch.joinable || entry.waiters == 0) {
    return false;
  }
  CHECK(batch.live && entry.key == call.key && now >= batch.record.dispatched);
  calls_[entry.last].next_waiter = id;
  entry.last = id;
  ++entry.waiters;
  ++batch.waiters;
  ++batch.record.calls;
  call.entry = position;
  call.slot = slot;
  call.state = CallState::kInFlight;
  return true;
}

bool Engine::JoinTwin(CallId twin, CallId id, Instant now) {
  if (!Lives(twin) || calls_[twin].state == CallState::kWaiting) {
    return false;
  }
  const Call& call = calls_[twin];
  const bool queued = call.state == CallState::kQueued;
  return JoinEntry(queued ? call.entry : InFlightRef(call.slot, call.entry), id, now);
}

void Engine::AskPolicy() {
  if (queue_.empty()) {
    due_.reset();  // What was due has left by itself: the next call is not.
  }
  if (queue_.empty() || due_) {
    next_due_.reset();
    return;
  }
  if (drain_deadline_) {
    next_due_ = Due{.at = now_, .reason = FlushReason::kDrain, .everything = true};
    return;
  }
  QueueView view = queue_.View();
  view.in_flight = in_flight_;
  view.slot_free = SlotFree();
  view.last_completion = last_completion_;
  view.full_items = view.entries >= options_.queue.max_items;
  view.full_bytes = options_.queue.max_bytes && view.bytes >= *options_.queue.max_bytes;
  view.full_since = view.full_items ? queue_.EnqueuedAt(options_.queue.max_items) : view.newest;
  next_due_ = policy_->Next(view);
  PullForward();
}

std::size_t Engine::quiet_below_calls() const {
  if (queue_.empty() || drain_deadline_ || options_.queue.max_bytes || !deadlines_.empty()) {
    return 0;
  }
  // One that pushes another out is told at once, too.
  const std::size_t most = options_.queue.overflow == Overflow::kShedOldest
                               ? options_.queue.max_queued
                               : std::numeric_limits<std::size_t>::max();
  if (due_ && !SlotFree()) {
    return most;
  }
  return std::min(most, policy_->hastened_from(options_.queue.max_items));
}

void Engine::FlushQueue(Instant now, Effects& effects) {
  if (due_) {
    held_until_ = now;
  }
  while (!queue_.empty()) {
    if (!due_) {
      AskPolicy();
      if (!next_due_ || next_due_->at > now) {
        return;
      }
      due_ = StampedDue{.at = next_due_->at,
                        .lag = now - std::clamp(held_until_, next_due_->at, now),
                        .reason = next_due_->reason,
                        .left = next_due_->everything ? queue_.entries() : 0};
      if (next_due_->reason != FlushReason::kDrain && next_due_->reason != FlushReason::kDeadline) {
        policy_->OnFlush(now);
      }
    }
    if (!SlotFree()) {
      return;
    }
    if (GiveUpHopeless(now, effects)) {
      AdmitWaiting(now);
      if (due_->reason == FlushReason::kDeadline) {
        due_.reset();  // It was for those that are gone.
      }
      continue;
    }
    DispatchOne(now, effects);
    AdmitWaiting(now);
  }
  due_.reset();
  next_due_.reset();
}

std::size_t Engine::BatchLimit() const {
  const QueueOptions& queue = options_.queue;
  const std::size_t most = policy_->unbatched() ? 1 : queue.max_items;
  if (!queue.max_bytes || queue_.bytes() <= *queue.max_bytes) {
    return std::min(most, queue_.entries());
  }
  return queue_.CountWithin(*queue.max_bytes, most);
}

// Fewer entries leave one by one.
std::size_t Engine::SingleBelow() const {
  if (!options_.has_single) {
    return 1;
  }
  return std::max<std::size_t>(options_.queue.single_below, policy_->unbatched() ? 2 : 1);
}

void Engine::DispatchOne(Instant now, Effects& effects) {
  const std::size_t limit = BatchLimit();
  if (due_->singles == 0) {
    due_->left = due_->left == 0 ? limit : std::min(due_->left, queue_.entries());
    const std::size_t chunk = std::min(due_->left, limit);
    due_->singles = chunk < SingleBelow() ? chunk : 0;
  }
  const bool single = due_->singles > 0;
  const std::size_t take = single ? 1 : std::min(due_->left, limit);
  const std::uint32_t slot =
      OpenBatch(take, single ? EndpointKind::kSingle : EndpointKind::kBatch, now);
  due_->singles -= single ? 1 : 0;
  due_->left -= take;
  if (due_->left == 0) {
    due_.reset();
  }
  effects.dispatched.push_back({.slot = slot, .batch = batches_[slot].record.batch});
  if (drain_deadline_ && Planted(Defect::kDroppedOnDrain)) {
    return;
  }
  Act(slot, batches_[slot].flow.Start(), nullptr, now, effects);
}

std::uint32_t Engine::OpenBatch(std::size_t take, EndpointKind endpoint, Instant now) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(batches_.size()));
    batches_.emplace_back();
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  Batch& batch = batches_[slot];
  batch.live = true;
  batch.waiters = 0;
  batch.sleep = 0;
  batch.joinable = options_.queue.dedup && options_.queue.join_in_flight;
  batch.entries.clear();
  batch.part = {.first = 0, .count = static_cast<std::uint32_t>(take)};
  batch.isolates = false;
  batch.answered = false;
  batch.first_attempted = batch.first_answered = kNever;
  batch.parts.clear();
  batch.isolation_requests = options_.wire.isolation_requests;
  batch.flow = BatchFlow(endpoint, take);
  batch.record = {};
  batch.record.batch = next_batch_++;
  batch.record.reason = due_->reason;
  batch.record.endpoint = endpoint;
  batch.record.entries = static_cast<std::uint32_t>(take);
  batch.record.due = std::max(due_->at, queue_.front().enqueued);
  batch.record.timer_lag = std::min(due_->lag, now - batch.record.due);
  batch.record.dispatched = now;
  batch.record.sent = batch.record.attempted = kNever;
  batch.record.answered = batch.record.replied = kNever;
  ++in_flight_;
  for (std::size_t i = 0; i < take; ++i) {
    MoveFront(slot);
  }
  batch.record.calls = static_cast<std::uint32_t>(batch.waiters);
  batch.record.first_call = calls_[batch.entries.front().first].call;
  return slot;
}

void Engine::MoveFront(std::uint32_t slot) {
  Batch& batch = batches_[slot];
  const std::size_t position = batch.entries.size();
  std::uint64_t sum_submitted_ns = 0;
  for (CallId id = queue_.front().first; id != kNoCall; id = calls_[id].next_waiter) {
    Call& call = calls_[id];
    if (call.state == CallState::kQueued) {
      sum_submitted_ns += NanosecondsOf(call.submitted);
      call.state = CallState::kInFlight;
      call.slot = slot;
      call.entry = position;
    }
  }
  const std::uint64_t entry_id = queue_.front_id();
  const Entry entry = queue_.TakeFront(sum_submitted_ns);
  batch.waiters += entry.waiters;
  batch.entries.push_back(entry);
  if (index_.Erase(entry.key, entry_id) && batch.joinable) {
    index_.Set(entry.key, InFlightRef(slot, position));
  }
}

}  // namespace batcher
