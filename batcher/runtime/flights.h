#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "batcher/base/check.h"
#include "batcher/core/id_ring.h"
#include "batcher/runtime/call_node.h"
#include "batcher/runtime/endpoint.h"
#include "batcher/runtime/engine_loop.h"
#include "batcher/runtime/function_endpoint.h"
#include "batcher/runtime/key_table.h"
#include "batcher/runtime/observer.h"
#include "batcher/runtime/orders.h"

namespace batcher {

// The half of a batcher that knows keys and values: it holds them while the engine, which knows
// only numbers, decides; it turns effects into requests and answers, and replies into events. All
// functions are called on the loop's thread unless they say otherwise.
template <class Key, class Value, class Hash>
class Flights final : public EngineLoop::Client {
 public:
  // Both must outlive it; no observer: nothing is recorded.
  Flights(Endpoint<Key, Value>& endpoint, Observer* observer)
      : endpoint_(endpoint), observer_(observer) {}

  // Before anything else; the loop must live as long.
  void UseLoop(EngineLoop& loop) { loop_ = &loop; }

  void Tell(LoopNode& node, Engine& engine, Instant now, Effects& effects) override {
    switch (node.kind) {
      case LoopNode::Kind::kCall:
        return TellCall(static_cast<CallNode<Key, Value>&>(node), engine, now, effects);
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

  void Perform(const Effects& effects, const Engine& engine) override {
    for (const EndedCall& ended : effects.calls) {
      EndCall(ended);
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
    if (engine.live_calls() == 0) {
      for (Order* order : std::exchange(draining_, {})) {
        order->Drained();
      }
    }
  }

  [[nodiscard]] bool AwaitsReplies() const override { return open_requests_ > 0; }

  // Tells the caller of `call`; whatever the callback throws ends here. Any thread.
  void DeliverTo(CallNode<Key, Value>& call, Answer<Value> answer) {
    try {
      call.Deliver(std::move(answer));
    } catch (...) {
      if (observer_ != nullptr) {
        observer_->OnCallbackThrew(DescribeException(std::current_exception()));
      }
    }
  }

 private:
  // What the engine's batch carries.
  struct Flight {
    std::uint64_t batch = 0;
    std::uint64_t first_call = 0;
    std::vector<Key> keys;
    std::vector<ItemResult<Value>> items;  // once answered
    std::vector<Outcome> outcomes;         // of the items, for the engine
    std::string job;                       // what to poll for
    std::string message;                   // of the last reply
    int status = 0;                        // of the last reply
    std::uint64_t newest_request = 0;      // an older one's reply comes too late
    std::size_t open_requests = 0;
    bool ended = false;
  };

  struct ReplyNode final : LoopNode {
    ReplyNode(Flight& of, std::uint64_t number, EndpointReply<Value> endpoint_reply)
        : LoopNode(Kind::kReply), flight(of), request(number), reply(std::move(endpoint_reply)) {}
    Flight& flight;
    std::uint64_t request;
    EndpointReply<Value> reply;
  };

  void TellCall(CallNode<Key, Value>& call, Engine& engine, Instant now, Effects& effects) {
    std::uint64_t key_id = 0;
    if (engine.dedup()) {
      const auto [id, interned] = keys_.Add(std::move(call.key));
      key_id = id;
      call.interned = interned;
    }
    const CallId id = calls_.Push(&call);
    call.id = engine.On(Submit{.call = call.call.value_or(id),
                               .key = call.interned != nullptr ? key_id : id,
                               .bytes = call.bytes,
                               .submitted = call.submitted},
                        now, effects);
    CHECK(call.id == id);
  }

  void TellReply(ReplyNode& node, Engine& engine, Instant now, Effects& effects) {
    const std::unique_ptr<ReplyNode> owner(&node);
    Flight& flight = node.flight;
    --flight.open_requests;
    --open_requests_;
    EndpointReply<Value>& reply = node.reply;
    if (observer_ != nullptr && reply.mismatches > 0) {
      observer_->OnMismatches(reply.mismatches);
    }
    if (node.request == flight.newest_request && !flight.ended) {
      Keep(flight, reply);
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

  static void Keep(Flight& flight, EndpointReply<Value>& reply) {
    flight.status = reply.status;
    flight.message = std::move(reply.message);
    if (!reply.job.empty()) {
      flight.job = std::move(reply.job);
    }
    flight.items = std::move(reply.items);
    flight.outcomes.clear();
    for (const ItemResult<Value>& item : flight.items) {
      // A value that is not there can't be handed out.
      const bool empty = item.outcome == Outcome::kValue && !item.value;
      flight.outcomes.push_back(empty ? Outcome::kMissingResult : item.outcome);
    }
  }

  void Open(const Dispatched& dispatched, const Engine& engine) {
    if (dispatched.slot >= flights_.size()) {
      flights_.resize(dispatched.slot + 1);
    }
    CHECK(flights_[dispatched.slot] == nullptr);
    auto flight = std::make_unique<Flight>();
    flight->batch = dispatched.batch;
    flight->first_call = engine.FirstCallOf(dispatched.slot);
    for (const Entry& entry : engine.EntriesOf(dispatched.slot)) {
      CallNode<Key, Value>& call = *calls_[entry.first];
      if (call.interned != nullptr) {
        flight->keys.push_back(*call.interned);
      } else {
        flight->keys.push_back(std::move(call.key));
      }
    }
    flights_[dispatched.slot] = std::move(flight);
  }

  void SendRequest(const Send& send) {
    Flight& flight = *flights_[send.slot];
    CHECK(flight.batch == send.batch);
    flight.newest_request = send.request;
    flight.message.clear();
    ++flight.open_requests;
    ++open_requests_;
    endpoint_.Send({.kind = send.kind,
                    .keys = flight.keys,
                    .job = send.kind == RequestKind::kPoll ? flight.job : std::string(),
                    .batch = send.batch,
                    .first_call = flight.first_call,
                    .attempt = send.attempt},
                   [this, &flight, request = send.request](EndpointReply<Value> reply) {
                     loop_->Post(*new ReplyNode(flight, request, std::move(reply)));
                   });
  }

  void EndCall(const EndedCall& ended) {
    CallNode<Key, Value>& call = *std::exchange(calls_[ended.id], nullptr);
    DeliverTo(call, AnswerOf(ended));
    if (observer_ != nullptr) {
      CallRecord record = ended.record;
      record.intended = std::min(call.intended.value_or(record.submitted), record.submitted);
      record.delivered = std::max(record.replied, loop_->clock().Now());
      observer_->OnCall(record);
    }
    if (call.interned != nullptr) {
      keys_.Release(*call.interned);
    }
    call.Release();
  }

  [[nodiscard]] Answer<Value> AnswerOf(const EndedCall& ended) {
    Answer<Value> answer{.outcome = ended.record.outcome};
    if (ended.record.batch == kNoBatch) {
      return answer;
    }
    Flight& flight = *flights_[ended.slot];
    if (answer.outcome == Outcome::kValue) {
      std::optional<Value>& value = flight.items[ended.record.position].value;
      answer.value = ended.last_of_entry ? std::move(value) : value;
    } else if (IsFailed(answer.outcome)) {
      answer.status = flight.status;
      answer.message = MessageOf(flight, ended.record.position);
    }
    return answer;
  }

  [[nodiscard]] static std::string MessageOf(const Flight& flight, std::size_t position) {
    if (position < flight.items.size() && !flight.items[position].message.empty()) {
      return flight.items[position].message;
    }
    return flight.message.empty() ? "no answer within the time of one attempt" : flight.message;
  }

  void EndBatch(const EndedBatch& ended) {
    std::unique_ptr<Flight> flight = std::move(flights_[ended.slot]);
    if (observer_ != nullptr) {
      const bool failed = ended.record.outcome != Outcome::kValue;
      observer_->OnBatch(ended.record, failed ? MessageOf(*flight, 0) : std::string());
    }
    if (flight->open_requests == 0) {
      return;
    }
    flight->ended = true;
    endpoint_.Abandon(flight->batch);
    abandoned_.push_back(std::move(flight));
  }

  Endpoint<Key, Value>& endpoint_;
  Observer* observer_;
  EngineLoop* loop_ = nullptr;
  KeyTable<Key, Hash> keys_;                        // of the calls that have not ended
  IdRing<CallNode<Key, Value>*> calls_;             // by the engine's id; null: ended
  std::vector<std::unique_ptr<Flight>> flights_;    // by the engine's slot
  std::vector<std::unique_ptr<Flight>> abandoned_;  // ended, with requests under way
  std::vector<Order*> draining_;
  std::size_t open_requests_ = 0;
};

}  // namespace batcher
