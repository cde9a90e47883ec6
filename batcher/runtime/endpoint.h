#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "batcher/base/time.h"
#include "batcher/core/outcome.h"
#include "batcher/core/reply.h"

namespace batcher {

// The result of one entry of a batch.
template <class Value>
struct ItemResult {
  // kValue, kNotFound, kMissingResult, or kFailed... for an item that failed by itself. Any other
  // ends the call as kFailedBadReply.
  Outcome outcome = Outcome::kMissingResult;
  std::optional<Value> value = {};  // with kValue
  std::string message = {};         // with kFailed...: one sentence for people

  // The result of something that a Value is made of: Found("tea") for texts, Found(1) for doubles.
  // Not explicit: it is to go into a list of results as it stands.
  template <class Other>
  requires std::convertible_to<Value, Other> &&(!std::same_as<Value, Other>)
  operator ItemResult<Other>() && {  // NOLINT(google-explicit-constructor)
    std::optional<Other> other;
    if (value) {
      other = *std::move(value);
    }
    return {.outcome = outcome, .value = std::move(other), .message = std::move(message)};
  }
};

// A key was found: the call ends as kValue.
template <class Value>
ItemResult<Value> Found(Value value) {
  return {.outcome = Outcome::kValue, .value = std::move(value)};
}
// There is no such key, which is an answer too: the call ends as kNotFound.
template <class Value>
ItemResult<Value> NotFound() {
  return {.outcome = Outcome::kNotFound};
}

// One request to a service, for the entries of one batch.
template <class Key>
struct Request {
  RequestKind kind = RequestKind::kSubmit;
  std::span<const Key> keys = {};  // valid until the reply is given; one key if kSingle
  std::string job = {};            // kPoll: the id that the service gave with kPending
  std::uint64_t batch = 0;         // the same for all requests of a batch
  std::uint64_t first_call = 0;    // the caller's number of the batch's first call
  std::uint32_t attempt = 0;       // 0 for the first submit of a batch, then 1, 2, ...
};

// What became of it.
template <class Value>
struct EndpointReply {
  ReplyKind kind = ReplyKind::kRefused;
  std::vector<ItemResult<Value>> items =
      {};                // kAnswered: one for each key, in the order of the keys
  std::string job = {};  // kPending, to a submit: what to poll for
  Outcome failure = Outcome::kFailedStatus;  // kLost, kFailed, kRefused: what the calls will get
  int status = 0;                            // HTTP status; 0: none
  std::string message = {};                  // one sentence for people; never holds a secret
  std::optional<Duration> retry_after = {};  // the service asks to wait as long before the next try
  std::size_t mismatches = 0;  // results that belong to no key: extra, duplicate, unknown
  // kAnswered: how long the service had had the answer when it sent it; none: unknown.
  std::optional<Duration> answer_age = {};
  // When the request's first byte left and the reply's last byte came.
  std::chrono::steady_clock::time_point sent = {};
  std::chrono::steady_clock::time_point replied = {};
};

// A service as the runtime sees it. It belongs to one batcher; what it uses must outlive that.
template <class Key, class Value>
class Endpoint {
 public:
  using Done = std::function<void(EndpointReply<Value>)>;

  virtual ~Endpoint() = default;

  // Starts the request and returns at once; must not throw. Calls `done` exactly once, from any
  // thread (also from within Send). Called from the batcher's thread only; at most max_connections
  // requests are under way at once.
  virtual void Send(const Request<Key>& request, Done done) = 0;

  // Nobody waits for this batch any longer. Its request may go on; `done` is called all the same,
  // soon if the endpoint can help it. Called from the batcher's thread only.
  virtual void Abandon(std::uint64_t /*batch*/) {}

  // The batcher ends: nobody will wait for anything. Requests under way should end soon.
  // Called once, from the thread that destroys the batcher.
  virtual void RequestStop() {}

  // What the key adds to a batch, for QueueOptions::max_bytes. Any thread.
  [[nodiscard]] virtual std::size_t BytesOf(const Key& /*key*/) const { return 0; }

  // Whether kSingle can be sent. Always the same answer.
  [[nodiscard]] virtual bool has_single() const = 0;
};

}  // namespace batcher
