#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "batcher/base/batcher_check.h"
#include "batcher/base/defect.h"
#include "batcher/core/id_ring.h"
#include "batcher/runtime/call_node.h"
#include "batcher/runtime/delivery_stamps.h"
#include "batcher/runtime/endpoint.h"
#include "batcher/runtime/engine_loop.h"
#include "batcher/runtime/flight.h"
#include "batcher/runtime/function_endpoint.h"
#include "batcher/runtime/key_table.h"
#include "batcher/runtime/observer.h"
#include "batcher/runtime/orders.h"

namespace batcher {

// The half of a batcher that knows keys and values: it holds them while the engine, which knows
// only numbers, decides; it turns effects into requests and answers, and replies into events. All
// functions are called on the loop's thread unless they say otherwise.
template <class Key, class Value>
class Flights final : public EngineLoop::Client {
 public:
  using Node = CallNode<Key, Value>;

  // Both must outlive it; no observer: nothing is recorded.
  Flights(Endpoint<Key, Value>& endpoint, Observer* observer)
      : endpoint_(endpoint),
        observer_(observer),
        delivered_(observer != nullptr ? observer->delivery_tolerance() : Duration(0)) {}

  // Before anything else; the loop must live as long.
  void UseLoop(EngineLoop& loop) { loop_ = &loop; }

  void Tell(LoopNode& node, Engine& engine, Instant now, Effects& effects) override {
    switch (node.kind) {
      case LoopNode::Kind::kCall:
        return TellCall(static_cast<Node&>(node), engine, now, effects);
      case LoopNode::Kind::kReply:
        return TellReply(static_cast<ReplyNode&>(node), engine, now, effects);
      case LoopNode::Kind::kOrder:
        auto& order = static_cast<Order&>(node);
        if (order.Apply(engine, now, effects)) {
          delete &order;
        } else {
          draining_.push_back(&order);
        }
    }
  }

  Instant Perform(Effects& effects, const Engine& engine, Instant now) override {
    for (const EndedBatch& ended : effects.batches) {
      flights_[ended.slot]->ended = true;
    }
    delivered_.Restart();
    for (std::size_t i = 0; i < effects.calls.size(); ++i) {
      if (i + kFetchedAhead < effects.calls.size()) {
        calls_[effects.calls[i + kFetchedAhead].id]->Fetch();
      }
      EndCall(effects.calls[i]);
    }
    while (!calls_.empty() && calls_.front() == nullptr) {
      calls_.Pop();
    }
    for (const EndedBatch& ended : effects.batches) {
      EndBatch(ended);
    }
    for (const Dispatched& dispatched : effects.dispatched) {
      Open(dispatched, engine);
    }
    for (const Send& send : effects.sends) {
      SendRequest(send);
    }
    const BatcherLoad load{.at = now,
                           .calls = engine.live_calls(),
                           .queued = engine.queued_calls(),
                           .in_flight = engine.in_flight()};
    const Instant next_turn = observer_ != nullptr ? observer_->OnTurn(load) : kNever;
    if (load.calls == 0) {
      for (Order* order : std::exchange(draining_, {})) {
        order->Drained();
      }
    }
    return next_turn;
  }

  [[nodiscard]] bool AwaitsReplies() const override { return open_requests_ > 0; }

  // Ends a call that was not let in. Any thread.
  void Refuse(Node& call, Outcome outcome) {
    CallRecord record = call.Refused(outcome);
    DeliverTo(call, {.outcome = record.outcome});
    call.Release();
    if (observer_ != nullptr) {
      record.delivered = loop_->clock().Now();
      observer_->OnRefused(record);
    }
  }

  // None: nothing is recorded.
  [[nodiscard]] Observer* observer() const { return observer_; }

 private:
  // Tells the caller of `call`; whatever the callback throws ends here.
  void DeliverTo(Node& call, Answer<Value>&& answer) {
    try {
      call.Deliver(std::move(answer));
    } catch (...) {
      if (observer_ != nullptr) {
        observer_->OnCallbackThrew(DescribeException(std::current_exception()));
      }
    }
  }

  using Flight = batcher::Flight<Key, Value>;
  using ReplyNode = batcher::ReplyNode<Key, Value>;

  void TellCall(Node& call, Engine& engine, Instant now, Effects& effects) {
    const CallId id = calls_.Push(&call);
    const Node* twin = engine.dedup() ? LatestTwin(call, engine) : nullptr;
    call.key_number = twin != nullptr ? twin->key_number : id;
    call.id = engine.On(Submit{.call = call.numbered ? call.number : id,
                               .key = call.key_number,
                               .bytes = call.bytes,
                               .submitted = call.submitted,
                               .deadline = call.deadline,
                               .can_wait = call.can_wait,
                               .twin = twin != nullptr ? twin->id : kNoCall},
                        now, effects);
    BATCHER_CHECK(call.id == id);
    if (call.key != nullptr && !engine.Lives(id)) {
      keys_.Remove(call);  // Refused: a later call must not find this one before one that lives.
    }
    if (call.stop != nullptr) {
      call.stop->Arm(*loop_, id);
    }
  }

  // The newest call with an equal key that lives; the call itself is newer from now on.
  const Node* LatestTwin(Node& call, const Engine& engine) {
    call.key = &call.own_key;
    const Node* twin = keys_.Add(call);
    // Those that were cancelled in this turn have ended, but are not gone.
    while (twin != nullptr && !engine.Lives(twin->id)) {
      twin = twin->older;
    }
    return twin;
  }

  void TellReply(ReplyNode& node, Engine& engine, Instant now, Effects& effects) {
    const std::unique_ptr<ReplyNode> owner(&node);
    Flight& flight = node.flight;
    --flight.open_requests;
    --open_requests_;
    EndpointReply<Value>& reply = node.reply;
    if (observer_ != nullptr) {
      TellOfReply(*observer_, node, loop_->clock());
    }
    if (node.request == flight.newest_request && !flight.ended) {
      flight.Keep(reply);
      const Instant replied = loop_->clock().FromSteady(reply.replied);
      engine.On(Reply{.request = node.request,
                      .kind = reply.kind,
                      .failure = reply.failure,
                      .status = reply.status,
                      .retry_after = reply.retry_after,
                      .items = flight.outcomes,
                      .sent = loop_->clock().FromSteady(reply.sent),
                      .answered = replied - reply.answer_age.value_or(Duration(0)),
                      .replied = replied},
                now, effects);
    } else {
      // Frees the request's connection; the engine knows that nothing else follows from it.
      engine.On(Reply{.request = node.request, .kind = ReplyKind::kFailed}, now, effects);
    }
    std::erase_if(abandoned_, [&](const auto& other) {
      return other.get() == &flight && flight.open_requests == 0;
    });
  }

  void Open(const Dispatched& dispatched, const Engine& engine) {
    if (dispatched.slot >= flights_.size()) {
      flights_.resize(dispatched.slot + 1);
    }
    BATCHER_CHECK(flights_[dispatched.slot] == nullptr);
    auto flight = std::make_unique<Flight>();
    flight->batch = dispatched.batch;
    flight->first_call = engine.FirstCallOf(dispatched.slot);
    const std::span<const Entry> entries = engine.EntriesOf(dispatched.slot);
    flight->keys.reserve(entries.size());
    for (const Entry& entry : entries) {
      Node& call = *calls_[entry.first];
      const Key& key = flight->keys.emplace_back(std::move(call.own_key));
      if (call.key != nullptr) {
        call.key = &key;  // The flight outlives its calls.
      }
    }
    flights_[dispatched.slot] = std::move(flight);
  }

  void SendRequest(const Send& send) {
    Flight& flight = *flights_[send.slot];
    BATCHER_CHECK(flight.batch == send.batch);
    if (observer_ != nullptr && send.kind != RequestKind::kPoll && send.attempt > 0) {
      observer_->OnRetry(flight.first_call,
                         send.isolates ? RetryReason::kIsolation : flight.failed_by);
    }
    flight.newest_request = send.request;
    flight.first = send.first;
    flight.failed_by = RetryReason::kTimeout;
    flight.message.clear();
    ++flight.open_requests;
    ++open_requests_;
    endpoint_.Send(
        {.kind = send.kind,
         .keys = std::span(flight.keys).subspan(send.first, send.count),
         .job = send.kind == RequestKind::kPoll ? flight.job : std::string(),
         .batch = send.batch,
         .first_call = flight.first_call,
         .attempt = send.attempt},
        [this, &flight, request = send.request, kind = send.kind](EndpointReply<Value> reply) {
          loop_->Post(*new ReplyNode(flight, request, kind, std::move(reply)));
        });
  }

  void EndCall(EndedCall& ended) {
    Node& call = *std::exchange(calls_[ended.id], nullptr);
    CallRecord& record = ended.record;
    Answer<Value> answer{.outcome = record.outcome};
    if (record.batch != kNoBatch) {
      answer = flights_[ended.slot]->AnswerOf(record.outcome, record.position, ended.last_of_entry);
    }
    record.outcome = answer.outcome;
    if (ended.last_of_entry || !Planted(Defect::kLeakedWaiter)) {
      DeliverTo(call, std::move(answer));
    }
    if (record.outcome == Outcome::kTimeout && Planted(Defect::kDoubleCompletion)) {
      DeliverTo(call, {.outcome = record.outcome});
    }
    if (observer_ != nullptr) {
      record.key = call.key_hash;
      record.intended = std::min(call.intended, record.submitted);
      record.delivered = std::max(record.replied, delivered_.Next(loop_->clock()));
      observer_->OnCall(record);
    }
    if (call.key != nullptr) {
      keys_.Remove(call);
    }
    if (ended.record.batch != kNoBatch) {
      Flight& flight = *flights_[ended.slot];
      if (flight.ended && flight.open_requests == 0) {
        // Nobody reads it there any more: it is freed with its call, not together with all others
        // after the last caller was told, who may be back with the next calls.
        call.own_key = std::move(flight.keys[ended.record.position]);
      }
    }
    call.Release();
  }

  void EndBatch(const EndedBatch& ended) {
    std::unique_ptr<Flight> flight = std::move(flights_[ended.slot]);
    if (observer_ != nullptr) {
      const bool failed = ended.record.outcome != Outcome::kValue;
      observer_->OnBatch(ended.record,
                         failed ? flight->MessageOf(0, ended.record.outcome) : std::string());
    }
    if (flight->open_requests == 0) {
      return;
    }
    endpoint_.Abandon(flight->batch);
    abandoned_.push_back(std::move(flight));
  }

  static constexpr std::size_t kFetchedAhead = 4;

  Endpoint<Key, Value>& endpoint_;
  Observer* observer_;
  DeliveryStamps delivered_;
  EngineLoop* loop_ = nullptr;
  KeyTable<Node> keys_;                             // of the calls that have not ended, with dedup
  IdRing<Node*> calls_;                             // by the engine's id; null: ended
  std::vector<std::unique_ptr<Flight>> flights_;    // by the engine's slot
  std::vector<std::unique_ptr<Flight>> abandoned_;  // ended, with requests under way
  std::vector<Order*> draining_;
  std::size_t open_requests_ = 0;
};

}  // namespace batcher
