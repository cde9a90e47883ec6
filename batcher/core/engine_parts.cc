#include <algorithm>

#include "batcher/base/check.h"
#include "batcher/base/defect.h"
#include "batcher/core/engine.h"

// The end of a batch. Most end all at once. One that fails by an error which names no entry may be
// divided, to find the entry at fault: then it is asked for part by part, each as small as need be.

namespace batcher {
namespace {

// Whether one entry may have brought the failure on all.
bool MayBeAnEntrysFault(const Reply& reply) {
  return reply.kind != ReplyKind::kAnswered &&
         (reply.failure == Outcome::kFailedStatus || reply.failure == Outcome::kFailedBadReply ||
          reply.failure == Outcome::kFailedThrew);
}

}  // namespace

bool Engine::Divide(Batch& batch, const Reply& reply) {
  const Part part = batch.part;
  if (part.count < 2 || batch.isolation_requests < 2 || !MayBeAnEntrysFault(reply)) {
    return false;
  }
  batch.isolation_requests -= 2;
  const std::uint32_t half = part.count / 2;
  batch.parts.push_back({.first = part.first + half, .count = part.count - half});
  batch.parts.push_back({.first = part.first, .count = half});
  return true;
}

bool Engine::NextPart(Batch& batch) {
  while (!batch.parts.empty()) {
    batch.part = batch.parts.back();
    batch.parts.pop_back();
    for (std::uint32_t i = 0; i < batch.part.count; ++i) {
      if (batch.entries[batch.part.first + i].waiters > 0) {
        batch.isolates = true;
        // Stamps of its own: those of a part that was answered are no other's.
        batch.record.attempted = batch.record.answered = batch.record.replied = kNever;
        batch.flow = BatchFlow(batch.record.endpoint, batch.part.count);
        return true;
      }
    }
  }
  return false;
}

void Engine::FinishPart(std::uint32_t slot, const Reply& reply, Instant now, Effects& effects) {
  Batch& batch = batches_[slot];
  if (!Divide(batch, reply)) {
    EndPart(slot, reply, now, effects);
  }
  if (NextPart(batch)) {
    Act(slot, batch.flow.Start(), nullptr, now, effects);
    return;
  }
  EndBatch(slot, batch.answered ? Outcome::kValue : reply.failure, false, now, effects);
}

void Engine::EndPart(std::uint32_t slot, const Reply& reply, Instant now, Effects& effects) {
  Batch& batch = batches_[slot];
  const Part part = batch.part;
  const bool answered = reply.kind == ReplyKind::kAnswered;
  if (answered) {
    batch.answered = true;
    batch.first_attempted = std::min(batch.first_attempted, batch.record.attempted);
    batch.first_answered = std::min(batch.first_answered, batch.record.answered);
    if (part.count == batch.entries.size()) {
      service_[static_cast<std::size_t>(batch.record.endpoint)].Add(now - batch.record.dispatched);
    }
  }
  EndedCall fate = FateOf(slot, now);
  for (std::uint32_t i = 0; i < part.count; ++i) {
    Entry& entry = batch.entries[part.first + i];
    const std::size_t item = i + (Planted(Defect::kResultOffByOne) ? 1 : 0);
    const Outcome outcome = !answered                   ? reply.failure
                            : item < reply.items.size() ? reply.items[item]
                                                        : Outcome::kMissingResult;
    batch.waiters -= entry.waiters;
    for (CallId id = entry.first; entry.waiters > 0; id = calls_[id].next_waiter) {
      if (calls_[id].state != CallState::kEnded) {
        fate.last_of_entry = --entry.waiters == 0;
        EndCall(id, outcome, fate, effects);
        if (fate.last_of_entry && id != entry.first && Planted(Defect::kForgottenWaiter)) {
          effects.calls.pop_back();
        }
      }
    }
  }
}

}  // namespace batcher
