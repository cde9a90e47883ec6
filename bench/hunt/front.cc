#include "bench/hunt/front.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "batcher/runtime/orders.h"
#include "bench/hunt/run.h"

// What is handed in and when; what comes of it is in front_answers.cc.

namespace hunt {
namespace {

using batcher::Instant;
using batcher::kNever;
using batcher::Outcome;

// Counts itself out when the drain is over.
class DrainByHand final : public batcher::Order {
 public:
  DrainByHand(Instant deadline, Watch& watch, std::size_t& drains)
      : deadline_(deadline), watch_(watch), drains_(drains) {
    ++drains_;
  }
  bool Apply(batcher::Engine& engine, Instant now, batcher::Effects& effects) override {
    watch_.Drain(deadline_, now);
    engine.On(batcher::Drain{.deadline = deadline_}, now, effects);
    return false;
  }
  void Drained() override {
    --drains_;
    delete this;
  }

 private:
  Instant deadline_;
  Watch& watch_;
  std::size_t& drains_;
};

}  // namespace

Front::Front(const Case& run, Watch& watch, Tally& tally)
    : run_(run),
      watch_(watch),
      tally_(tally),
      service_(run.service, run.options.wire.attempt_timeout),
      flights_(*this, this),
      loop_(run.options, clock_, *this),
      stops_(run.calls.size(), std::stop_source(std::nostopstate)) {
  flights_.UseLoop(loop_);
}

void Front::Tell(batcher::LoopNode& node, batcher::Engine& engine, Instant now,
                 batcher::Effects& effects) {
  if (node.kind == batcher::LoopNode::Kind::kCall) {
    watch_.Number(static_cast<batcher::CallNode<std::string, Place>&>(node).number);
    --untold_;
  }
  flights_.Tell(node, engine, now, effects);
}

Instant Front::Perform(batcher::Effects& effects, const batcher::Engine& engine, Instant now) {
  watch_.See(effects, engine, now);
  if (watch_.broken()) {
    return kNever;  // Nobody knows what it would do now.
  }
  for (const batcher::Send& send : effects.sends) {
    std::vector<std::uint64_t> keys;
    for (const batcher::Entry& entry :
         engine.EntriesOf(send.slot).subspan(send.first, send.count)) {
      keys.push_back(watch_.KeyOf(entry));
    }
    Plan plan = service_.Serve(send, keys, engine.FirstCallOf(send.slot), now);
    watch_.Expect(send, plan, now);
    plans_.push_back(std::move(plan));
  }
  return flights_.Perform(effects, engine, now);
}

// As Batcher::Submit does it, at the time of the call.
void Front::Hand(std::uint64_t number) {
  const Call call = watch_.CallOf(number);
  ++handed_;
  Node& node = Node::Make(TextOf(call.key), Caller{.front = this, .number = number});
  node.numbered = true;
  node.number = number;
  node.bytes = call.bytes;
  node.can_wait = call.can_wait;
  node.deadline = call.deadline;
  node.urgent = call.deadline != kNever;
  if (call.cancel_at != kNever) {
    stops_[number] = std::stop_source();
    node.stop = std::make_unique<batcher::StopLink>(stops_[number].get_token());
    leaving_.push_back({.at = call.cancel_at, .number = number});
  }
  node.submitted = now_;
  node.key_hash = batcher::ShortHash(std::hash<std::string>{}(node.own_key));
  watch_.Hand(number, now_);
  const std::size_t queued = loop_.engine().queued_calls() + untold_;
  if (const std::optional<Outcome> refused = loop_.Admit(node.bytes, node.can_wait)) {
    watch_.Refuse(number, *refused, queued);
    flights_.Refuse(node, *refused);
    return;
  }
  ++untold_;
  loop_.Post(node);
}

void Front::Obey(const Order& order) {
  switch (order.kind) {
    case Order::Kind::kFlush:
      tally_.Add(Happened::kFlushes);
      return loop_.Post(*new batcher::FlushOrder());
    case Order::Kind::kRetune:
      tally_.Add(Happened::kRetunes);
      watch_.Limit(order.queue);
      loop_.SetLimits(order.queue);
      return loop_.Post(*new batcher::RetuneOrder(order.queue, this));
    case Order::Kind::kDrain:
      tally_.Add(Happened::kDrains);
      return loop_.Post(*new DrainByHand(order.deadline, watch_, drains_));
  }
}

Instant Front::NextAt() const {
  Instant next = loop_.next_turn_at();
  const auto lower = [&](Instant at) { next = std::min(next, at); };
  if (next_call_ < run_.calls.size()) {
    lower(run_.calls[next_call_].at);
  }
  if (next_order_ < run_.orders.size()) {
    lower(run_.orders[next_order_].at);
  }
  if (!leaving_.empty()) {
    lower(leaving_.front().at);
  }
  for (const Open& open : open_) {
    lower(open.at);
  }
  return next;
}

// All that happens now, but the turn itself.
void Front::HandIn() {
  for (std::size_t i = 0; i < open_.size();) {
    if (open_[i].at > now_) {
      ++i;
      continue;
    }
    const Open open = std::move(open_[i]);
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
    Reply(open);
  }
  while (next_call_ < run_.calls.size() && run_.calls[next_call_].at <= now_) {
    Hand(next_call_++);
  }
  while (!leaving_.empty() && leaving_.front().at <= now_) {
    stops_[leaving_.front().number].request_stop();
    leaving_.pop_front();
  }
  while (next_order_ < run_.orders.size() && run_.orders[next_order_].at <= now_) {
    Obey(run_.orders[next_order_++]);
  }
}

void Front::RunWhile(Instant until) {
  for (Instant next = NextAt(); next != kNever && next <= until && !watch_.broken();
       next = NextAt()) {
    now_ = std::max(now_, next);
    HandIn();
    loop_.TurnAt(now_);
    watch_.Rest(loop_.engine(), now_);
  }
}

void Front::MakeLastCall() {
  service_.Heal();
  now_ += kRestBeforeLastCall;
  const std::uint64_t number = watch_.Add(LastCall(now_));
  Hand(number);
  loop_.Post(*new batcher::FlushOrder());
  loop_.TurnAt(now_);
  RunWhile(kNever);
  DemandLastCall(run_, number, watch_);
}

void Front::EndAll() {
  for (Open& open : open_) {
    open.at = now_;
  }
  RunWhile(kNever);
}

void Front::DemandEnd() {
  watch_.End(loop_.engine(), true);
  if (drains_ > 0) {
    watch_.Break("a drain ends", "nobody tells who drains that all calls have ended");
  }
  if (flights_.AwaitsReplies() || requests_ended_ != requests_sent_) {
    watch_.Break("nothing is left", fmt::format("{} requests were sent, {} have ended",
                                                requests_sent_, requests_ended_));
  }
  if (records_ != handed_) {
    watch_.Break("one outcome",
                 fmt::format("{} calls were made, the observer was told of {}", handed_, records_));
  }
}

void Front::RunAll() {
  RunWhile(kNever);
  EndAll();
  if (!watch_.broken() && !watch_.draining()) {
    MakeLastCall();
  }
  if (!watch_.broken()) {
    DemandEnd();
  }
}

void RunFront(const Case& run, Watch& watch, Tally& tally) { Front(run, watch, tally).RunAll(); }

}  // namespace hunt
