#pragma once

#include <cstdint>

namespace batcher {

// What is sent for a batch.
enum class RequestKind : std::uint8_t {
  kSubmit,  // the batch itself
  kPoll,    // asks for a batch that was accepted
  kSingle,  // a batch of one, through the single endpoint
};

// What came back for one request.
enum class ReplyKind : std::uint8_t {
  kAnswered,  // the results are here
  kPending,   // accepted, or not ready yet: poll
  kLost,      // a poll for a batch that the service does not know (any more): submit it again
  kFailed,    // failed in a way that may pass (no connection, 5xx, a rate limit): repeat it
  kRefused,   // failed for good (400, 401, quota, an exception): the batch ends
};

}  // namespace batcher
