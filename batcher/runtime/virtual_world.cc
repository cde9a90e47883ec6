#include "batcher/runtime/virtual_world.h"

#include <algorithm>
#include <utility>

#include "batcher/base/check.h"

namespace batcher {

VirtualWorld::VirtualWorld(Engine& engine, VirtualService& service, Sink sink, Duration timer_lag)
    : engine_(engine), service_(service), sink_(std::move(sink)), timer_lag_(timer_lag) {
  CHECK(timer_lag >= Duration(0));
}

bool VirtualWorld::Later(const Scheduled& a, const Scheduled& b) {
  return a.reply.at != b.reply.at ? a.reply.at > b.reply.at : a.order > b.order;
}

void VirtualWorld::RunUntil(Instant until) {
  while (!stopped_ && Step(kNever, until)) {
  }
  if (until != kNever) {
    MoveTo(until);
  }
}

Instant VirtualWorld::NextWake() const {
  const Instant wake_at = engine_.wake_at();
  if (timer_lag_ == Duration(0) || wake_at <= awake_at_ || wake_at == kNever) {
    return std::max(wake_at, now_);
  }
  return std::max(std::min(wake_at + timer_lag_, engine_.busy_until()), now_);
}

bool VirtualWorld::Step(Instant arrival, Instant until) {
  const Instant wake_at = NextWake();
  const Instant reply_at = NextReply();
  const Instant earliest = std::min(reply_at, wake_at);
  if (earliest == kNever || earliest > until) {
    return false;
  }
  // A reply comes before a call of the same time, a timer after it.
  if (reply_at <= wake_at && reply_at <= arrival) {
    DeliverReply();
    return true;
  }
  if (wake_at < arrival) {
    MoveTo(wake_at);
    Tell(Wake{});
    return true;
  }
  return false;
}

void VirtualWorld::DeliverReply() {
  std::pop_heap(replies_.begin(), replies_.end(), Later);
  const Scheduled scheduled = std::move(replies_.back());
  replies_.pop_back();
  MoveTo(scheduled.reply.at);
  Reply reply = scheduled.reply.reply;
  reply.replied = now_;
  reply.items = scheduled.reply.items;
  if (reply.items.empty()) {
    reply.items = all_values_;
  }
  Tell(reply);
}

void VirtualWorld::CancelNext() {
  const ScheduledCancel cancel = cancels_.front();
  cancels_.pop_front();
  MoveTo(cancel.at);
  Tell(Cancel{.call = cancel.call});
}

void VirtualWorld::Perform() {
  if (timer_lag_ > Duration(0)) {
    for (EndedCall& ended : effects_.calls) {
      ended.record.intended = ended.record.submitted - timer_lag_;
    }
  }
  for (const Send& send : effects_.sends) {
    const std::span<const Entry> entries =
        engine_.EntriesOf(send.slot).subspan(send.first, send.count);
    if (all_values_.size() < entries.size()) {
      all_values_.resize(entries.size(), Outcome::kValue);
    }
    std::optional<VirtualReply> reply =
        service_.Serve(send, entries, engine_.FirstCallOf(send.slot), now_);
    if (reply) {
      reply->reply.request = send.request;
      replies_.push_back({.reply = *std::move(reply), .order = next_order_++});
      std::push_heap(replies_.begin(), replies_.end(), Later);
    }
  }
  sink_(effects_);
}

}  // namespace batcher
