#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace batcher {

// How a call ended. Every call that was submitted ends in exactly one of these.
enum class Outcome : std::uint8_t {
  kValue,              // answered
  kNotFound,           // answered: the service knows no such thing
  kRejectedQueueFull,  // refused at submit: max_queued calls are queued
  kRejectedShed,       // pushed out of the full queue by a later call
  kRejectedTooLarge,   // refused at submit: one item larger than max_bytes
  kRejectedDraining,   // refused at submit: the batcher is draining
  kCancelled,          // by its caller
  kDeadlineExceeded,   // the call's own deadline passed
  kTimeout,            // `timeout` passed since submit
  kShutDown,           // the batcher ended first
  kMissingResult,      // the batch was answered, without a result for this call
  kFailedUnreachable,  // no answer from the service
  kFailedStatus,       // the service answered with an error status
  kFailedBadReply,     // the service's answer can't be understood
  kFailedThrew,        // the batch function threw
  kFailedQuota,        // the service's quota is used up, or the client's own budget
};

inline constexpr std::array<std::string_view, 16> kOutcomeNames = {
    "value",         "not_found",          "rejected_queue_full",
    "rejected_shed", "rejected_too_large", "rejected_draining",
    "cancelled",     "deadline_exceeded",  "timeout",
    "shut_down",     "missing_result",     "failed_unreachable",
    "failed_status", "failed_bad_reply",   "failed_threw",
    "failed_quota"};

constexpr std::string_view Name(Outcome outcome) {
  return kOutcomeNames[static_cast<std::size_t>(outcome)];
}

// The service answered the call, be it that it knows no such thing.
constexpr bool IsAnswered(Outcome outcome) { return outcome <= Outcome::kNotFound; }
// Refused before it entered the queue, or pushed out of it.
constexpr bool IsRejected(Outcome outcome) {
  return outcome >= Outcome::kRejectedQueueFull && outcome <= Outcome::kRejectedDraining;
}
// The batch of the call failed.
constexpr bool IsFailed(Outcome outcome) { return outcome >= Outcome::kFailedUnreachable; }

// Why a batch left the queue.
enum class FlushReason : std::uint8_t {
  kFullItems,   // max_items entries are queued
  kFullBytes,   // max_bytes are queued
  kWindow,      // the oldest call has waited for the window
  kTick,        // the article's loop came round
  kIdle,        // a slot was free, or no call came for a while
  kCompletion,  // a batch in flight completed
  kMinSize,     // enough calls are queued
  kBudget,      // the summed waiting reached the price of a request
  kLearned,     // the learned policy said so
  kDeadline,    // a call's deadline pulled the flush forward
  kManual,      // Flush() was called
  kDrain,       // the batcher is draining
};

inline constexpr std::array<std::string_view, 12> kFlushReasonNames = {
    "full_items", "full_bytes", "window",  "tick",     "idle",   "completion",
    "min_size",   "budget",     "learned", "deadline", "manual", "drain"};

constexpr std::string_view Name(FlushReason reason) {
  return kFlushReasonNames[static_cast<std::size_t>(reason)];
}

// Which endpoint of the service a batch went through.
enum class EndpointKind : std::uint8_t { kNone, kSingle, kBatch };

inline constexpr std::array<std::string_view, 3> kEndpointNames = {"none", "single", "batch"};

constexpr std::string_view Name(EndpointKind endpoint) {
  return kEndpointNames[static_cast<std::size_t>(endpoint)];
}

}  // namespace batcher
