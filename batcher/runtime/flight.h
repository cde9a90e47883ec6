#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "batcher/base/run_clock.h"
#include "batcher/core/outcome.h"
#include "batcher/runtime/answer.h"
#include "batcher/runtime/endpoint.h"
#include "batcher/runtime/engine_loop.h"
#include "batcher/runtime/function_endpoint.h"
#include "batcher/runtime/observer.h"

namespace batcher {

// Why a request failed, if it did.
template <class Value>
RetryReason ReasonOf(const EndpointReply<Value>& reply) {
  constexpr int kTooManyRequests = 429;
  if (reply.kind == ReplyKind::kLost) {
    return RetryReason::kLost;
  }
  if (reply.status == kTooManyRequests) {
    return RetryReason::kRateLimited;
  }
  switch (reply.failure) {
    case Outcome::kFailedUnreachable:
      return RetryReason::kUnreachable;
    case Outcome::kFailedBadReply:
      return RetryReason::kBadReply;
    default:
      return RetryReason::kStatus;
  }
}

// Whether an item may end so by itself.
constexpr bool MayBeOfItem(Outcome outcome) {
  return IsAnswered(outcome) || outcome == Outcome::kMissingResult ||
         (IsFailed(outcome) && outcome <= Outcome::kFailedQuota);
}

// What a batch of the engine's carries: its keys, what was answered, and the requests under way for
// it.
template <class Key, class Value>
struct Flight {
  std::uint64_t batch = 0;
  std::uint64_t first_call = 0;
  std::vector<Key> keys;
  std::uint32_t first = 0;                        // of the keys that the newest request asks for
  std::vector<ItemResult<Value>> items;           // of these, once answered
  std::vector<Outcome> outcomes;                  // of the items, for the engine
  std::string job;                                // what to poll for
  std::string message;                            // of the last reply
  int status = 0;                                 // of the last reply
  Outcome failure = Outcome::kFailedUnreachable;  // ... if it failed
  std::uint64_t newest_request = 0;               // an older one's reply comes too late
  std::size_t open_requests = 0;
  RetryReason failed_by = RetryReason::kTimeout;  // the newest request, if another follows it
  bool ended = false;

  void Keep(EndpointReply<Value>& reply) {
    failed_by = ReasonOf(reply);
    status = reply.status;
    failure = reply.failure;
    message = std::move(reply.message);
    if (!reply.job.empty()) {
      job = std::move(reply.job);
    }
    items = std::move(reply.items);
    outcomes.clear();
    outcomes.reserve(items.size());
    for (ItemResult<Value>& item : items) {
      // A value that is not there can't be handed out.
      const bool empty = item.outcome == Outcome::kValue && !item.value;
      if (!MayBeOfItem(item.outcome)) {
        item = {.outcome = Outcome::kFailedBadReply,
                .value = {},
                .message = "the result has an outcome that no item can have"};
      }
      outcomes.push_back(empty ? Outcome::kMissingResult : item.outcome);
    }
  }

  // Whether a batch that ended so was never sent, for want of credits.
  [[nodiscard]] bool Unpaid(Outcome outcome) const {
    return outcome == Outcome::kFailedQuota && failure != Outcome::kFailedQuota;
  }

  // Why the key's look-up failed, with `outcome`.
  [[nodiscard]] std::string MessageOf(std::size_t position, Outcome outcome) const {
    if (Unpaid(outcome)) {
      return "not sent: no credits are left of max_credits, or of the service's quota";
    }
    const std::size_t item = position - first;
    if (position >= first && item < items.size() && !items[item].message.empty()) {
      return items[item].message;
    }
    if (!message.empty()) {
      return message;
    }
    return items.empty() ? "no answer within the time of one attempt" : "failed without a message";
  }

  // What a call of the key is told. The value is copied unless it is the `last` call that waits for
  // it; a copy that throws fails the call.
  [[nodiscard]] Answer<Value> AnswerOf(Outcome outcome, std::size_t position, bool last) {
    Answer<Value> answer{.outcome = outcome};
    if (outcome == Outcome::kValue) {
      try {
        std::optional<Value>& value = items[position - first].value;
        answer.value = last ? std::move(value) : value;
      } catch (...) {
        answer = {.outcome = Outcome::kFailedThrew,
                  .message = DescribeException(std::current_exception())};
      }
    } else if (IsFailed(outcome)) {
      answer.status = Unpaid(outcome) ? 0 : status;
      answer.message = MessageOf(position, outcome);
    }
    return answer;
  }
};

// A reply on its way to the loop.
template <class Key, class Value>
struct ReplyNode final : LoopNode {
  ReplyNode(Flight<Key, Value>& of, std::uint64_t number, RequestKind kind_of_request,
            EndpointReply<Value> endpoint_reply)
      : LoopNode(Kind::kReply),
        flight(of),
        request(number),
        request_kind(kind_of_request),
        reply(std::move(endpoint_reply)) {}
  Flight<Key, Value>& flight;
  std::uint64_t request;
  RequestKind request_kind;
  EndpointReply<Value> reply;
};

template <class Key, class Value>
void TellOfReply(Observer& observer, const ReplyNode<Key, Value>& node, const RunClock& clock) {
  const EndpointReply<Value>& reply = node.reply;
  observer.OnRequest({.kind = node.request_kind,
                      .reply = reply.kind,
                      .status = reply.status,
                      .batch = node.flight.batch,
                      .first_call = node.flight.first_call,
                      .sent = clock.FromSteady(reply.sent),
                      .duration = reply.replied - reply.sent});
  if (reply.mismatches > 0) {
    observer.OnMismatches(reply.mismatches);
  }
}

}  // namespace batcher
