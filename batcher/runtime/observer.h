#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "batcher/core/options.h"
#include "batcher/core/records.h"
#include "batcher/core/reply.h"

namespace batcher {

// One HTTP request (or call of a user's function) from its sending to its end. Each that was sent
// ends once, those of batches that are given up too, and those whose reply comes too late.
struct RequestRecord {
  RequestKind kind = RequestKind::kSubmit;
  ReplyKind reply = ReplyKind::kAnswered;
  std::int32_t status = 0;  // HTTP status; 0: no reply came, or no HTTP
  std::uint64_t batch = 0;
  std::uint64_t first_call = 0;  // as in BatchRecord
  Instant sent{};                // its first byte left
  Duration duration{0};          // from then to the reply's last byte
};

// Why a batch, or a lone call, is submitted again.
enum class RetryReason : std::uint8_t {
  kUnreachable,  // no answer from the service
  kStatus,       // it answered with an error status that may pass
  kRateLimited,  // ... with 429
  kBadReply,     // its answer can't be understood
  kLost,         // it no longer knows the batch that is polled
  kTimeout,      // no answer within the time of one attempt
  kIsolation,    // a part of a batch that failed, to find the entry at fault
};

inline constexpr std::array<std::string_view, 7> kRetryReasonNames = {
    "unreachable", "status", "rate_limited", "bad_reply", "lost", "timeout", "isolation"};

constexpr std::string_view Name(RetryReason reason) {
  return kRetryReasonNames[static_cast<std::size_t>(reason)];
}

// What a batcher has to do at one moment.
struct BatcherLoad {
  Instant at{};               // on the batcher's clock
  std::size_t calls = 0;      // that have no outcome
  std::size_t queued = 0;     // of these, in the queue
  std::size_t in_flight = 0;  // batches
};

// Is told what happens in a batcher, for a ledger, a log or metrics. The batcher itself writes
// nothing. All functions are called on the batcher's thread, must be quick and must not throw. On
// threads of the user's, several at once, are called OnRefused, OnCallbackThrew for the callback of
// a refused call, and, before and after all else, the first OnOptions and OnEnd.
class Observer {
 public:
  virtual ~Observer() = default;

  // How much earlier than it was `delivered` of a CallRecord may say, so that the clock is not read
  // for each call: see DeliveryStamps. Asked once.
  [[nodiscard]] virtual Duration delivery_tolerance() const { return Duration(0); }

  // A call has its outcome and its caller has been told.
  virtual void OnCall(const CallRecord& /*call*/) {}
  // A batch has ended. `message`: one sentence, if it failed.
  virtual void OnBatch(const BatchRecord& /*batch*/, std::string_view /*message*/) {}
  // A request of a batch has ended.
  virtual void OnRequest(const RequestRecord& /*request*/) {}
  // A batch is submitted again. `first_call`: as in BatchRecord.
  virtual void OnRetry(std::uint64_t /*first_call*/, RetryReason /*reason*/) {}
  // Submit has refused a call, because the queue is full or the call too large, and its caller has
  // been told: the only calls that OnCall is not told of. Its number is 0 if the caller gave none.
  virtual void OnRefused(const CallRecord& /*call*/) {}
  // The options in force from now on: at the start, and after Retune.
  virtual void OnOptions(const QueueOptions& /*queue*/) {}
  // All that was known has been told, and the batcher waits for more. Calls that were submitted
  // since then are not in the load: the batcher takes them in when it wakes. Answers when it wants
  // to be called again even if nothing happens until then; kNever: it does not.
  virtual Instant OnTurn(const BatcherLoad& /*load*/) { return kNever; }
  // The batcher has ended, and tells no more.
  virtual void OnEnd() {}
  // A reply held results that belong to no key of its batch; they were ignored.
  virtual void OnMismatches(std::size_t /*results*/) {}
  // A callback threw; the exception went no further.
  virtual void OnCallbackThrew(std::string_view /*what*/) {}
};

}  // namespace batcher
