#include <fmt/format.h>

#include <algorithm>

#include "bench/hunt/watch.h"

// What must hold whenever a batcher has done all that follows from what it was told.

namespace hunt {

using batcher::Choice;
using batcher::Duration;
using batcher::Instant;
using batcher::kNever;

namespace {

constexpr std::size_t kMostAtOneTime = 20'000;

}  // namespace

// Whether nothing but the rate limit delays a request.
bool Watch::WireIsFree() const {
  const batcher::SendCost& cost = run_.options.wire.cost;
  return cost.per_request == Duration(0) && cost.per_item == Duration(0);
}

Instant Watch::LatestDue(const batcher::Engine& engine, Instant now) const {
  const Choice& policy = queue_.policy;
  const Instant oldest = engine.queued_since();
  if (draining() || policy.kind() == "unbatched" || policy.kind() == "natural") {
    return now;
  }
  if (policy.kind() == "tick") {
    // A call that waited for room comes into the queue right after a tick.
    const Duration period = policy.Time("period");
    const Instant next =
        std::max(now + period, Instant(policy.Has("phase") ? policy.Time("phase") : period));
    return policy.Number("awaits") != 0 && engine.in_flight() > 0 ? kNever : next;
  }
  Instant latest = engine.queued_entries() >= queue_.max_items ? now : kNever;
  if (policy.Has("window")) {
    latest = std::min(latest, oldest + policy.Time("window"));
  }
  // Those that wait for room are not in the queue.
  const std::size_t queued = std::min(engine.queued_calls(), queue_.max_queued);
  const bool enough = (policy.kind() == "count" && queued >= policy.Count("size")) ||
                      (policy.kind() == "linger" &&
                       (engine.in_flight() == 0 || queued >= policy.Count("min_size")));
  return enough ? std::min(latest, now) : latest;
}

void Watch::Rest(const batcher::Engine& engine, Instant now) {
  rests_ = now == rested_at_ ? rests_ + 1 : 0;
  rested_at_ = now;
  if (rests_ > kMostAtOneTime) {
    Break("time goes on", "it asks to be woken at once, without end");
  }
  if (engine.in_flight() != live_batches_) {
    Break("slots are returned", fmt::format("batches in flight: {}, and it counts {}",
                                            live_batches_, engine.in_flight()));
  }
  const std::size_t live = (run_.world == World::kCore ? handed_ : named_.size()) - ended_;
  if (engine.live_calls() != live) {
    Break("one outcome",
          fmt::format("calls without an outcome: {}, and it counts {}", live, engine.live_calls()));
  }
  if (engine.wake_at() <= now) {
    return;  // There is more to do.
  }
  if (unsent_batches_ > 0 && WireIsFree() && !run_.options.wire.rate_limit &&
      connections_.size() < run_.options.wire.max_connections) {
    Break("batches are sent",
          fmt::format("{} batches have left the queue and are not sent", unsent_batches_));
  }
  const bool slot_free = !queue_.max_in_flight || engine.in_flight() < *queue_.max_in_flight;
  if (engine.queued_entries() > 0 && slot_free && engine.wake_at() > LatestDue(engine, now)) {
    Break("due calls leave",
          fmt::format("at {} {} calls are due and a slot is free, and nothing happens before {}",
                      batcher::FormatDuration(now.time_since_epoch()), engine.queued_calls(),
                      engine.wake_at() == kNever
                          ? "a new event"
                          : batcher::FormatDuration(engine.wake_at().time_since_epoch())));
  }
}

}  // namespace hunt
