#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/time.h"
#include "batcher/core/outcome.h"
#include "batcher/core/reply.h"
#include "batcher/geoapify/place.h"
#include "batcher/runtime/endpoint.h"

namespace batcher::geoapify {

// The wire format of Geoapify's geocoding API: pure functions between it and the batcher's types.
// Nothing here throws, whatever the bytes are.

// One entry of an answer, as it came.
struct Item {
  std::optional<std::string> text =
      {};                         // the address that it says it answers; none: it doesn't say
  ItemResult<Place> result = {};  // kValue, kNotFound or kFailedBadReply
};

// An answer that is understood, as far as it can be.
struct Decoded {
  ReplyKind kind = ReplyKind::kFailed;
  std::vector<Item> items = {};              // kAnswered, in the order of the answer
  std::string job = {};                      // kPending, to a submit
  Outcome failure = Outcome::kFailedStatus;  // kLost, kFailed, kRefused
  // With `failure`: what was answered, as words that follow "the service". They quote what the
  // service wrote, whatever its length, line breaks and secrets.
  std::string message = {};
};

// The body of a submit: a JSON array of the keys. An Error names the first key that is not UTF-8.
[[nodiscard]] Result<std::string> EncodeBatch(std::span<const std::string> keys);

// What one key adds to that body.
[[nodiscard]] std::size_t BytesInBatch(std::string_view key);

// Path and query of the three requests. They hold the API key: not for messages.
[[nodiscard]] std::string SingleTarget(std::string_view key, std::string_view api_key);
[[nodiscard]] std::string SubmitTarget(std::string_view api_key);
[[nodiscard]] std::string PollTarget(std::string_view job, std::string_view api_key);

// What came back, as far as its meaning depends on it.
struct ServiceReply {
  int status = 0;  // that of HTTP
  std::string_view body = {};
  std::optional<Duration> retry_after = {};
};

// What that means. A submit may be answered at once with the results or be accepted with a job to
// poll for, a poll may find the job not ready or unknown (kLost). What an error status means is in
// error_reply.h; an error object under another status means what its "statusCode" would. An answer
// of any other form is kFailed with kFailedBadReply.
[[nodiscard]] Decoded DecodeSingle(const ServiceReply& reply);
[[nodiscard]] Decoded DecodeSubmit(const ServiceReply& reply);
[[nodiscard]] Decoded DecodePoll(const ServiceReply& reply);

}  // namespace batcher::geoapify
