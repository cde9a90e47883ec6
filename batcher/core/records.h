#pragma once

#include <cstdint>
#include <limits>

#include "batcher/base/time.h"
#include "batcher/core/outcome.h"

namespace batcher {

// The ledger: one record for each call and one for each batch. All else (percentiles, tables,
// plots) is derived from these afterwards.

inline constexpr std::uint64_t kNoBatch = std::numeric_limits<std::uint64_t>::max();

// The life of one call. The stamps never decrease in the order of their declaration: each was
// raised to the one before it, and a stamp of something that never happened is the time at which
// the call ended. So the parts of the latency, each the difference of two neighbours, sum to it
// exactly.
struct CallRecord {
  std::uint64_t call =
      0;  // the caller's number for it (in the harness: its ordinal in the arrivals)
  // Equal for equal keys: in virtual time the number of the key; in real time a hash of it, which
  // two different keys share once in 4 billion pairs.
  std::uint64_t key = 0;
  std::uint64_t batch = kNoBatch;
  std::uint32_t position = 0;  // of its entry in the batch
  EndpointKind endpoint = EndpointKind::kNone;
  Outcome outcome = Outcome::kValue;

  Instant intended{};    // when the schedule wanted it
  Instant submitted{};   // Submit was called          | generator lateness = submitted - intended
  Instant due{};         // the policy gave a reason   | linger             = due - submitted
  Instant dispatched{};  // it left the queue          | slot wait          = dispatched - due
  Instant sent{};        // its first HTTP request left| send               = sent - dispatched
  Instant attempted{};   // the submit that succeeded  | retry              = attempted - sent
  Instant answered{};    // the server has the answer  | server             = answered - attempted
  Instant replied{};     // the answer is here         | poll quantisation  = replied - answered
  Instant delivered{};   // the caller has it          | delivery           = delivered - replied
};

// The life of one batch (also of a lone call that went through the single endpoint). Of a batch
// that was asked for in parts, to find the entry at fault, `attempted` and `answered` are those of
// the first part that was answered, and `replied` is when the last part was done with.
struct BatchRecord {
  std::uint64_t batch = kNoBatch;
  FlushReason reason = FlushReason::kWindow;
  EndpointKind endpoint = EndpointKind::kBatch;
  std::uint32_t calls = 0;            // that left the queue with it
  std::uint32_t entries = 0;          // unique keys, what goes on the wire
  std::uint32_t attempts = 0;         // submits (or single requests) sent, with the retries
  std::uint32_t accepted = 0;         // attempts that the service took on: what it charges for
  std::uint32_t polls = 0;            // polls sent, with the failed ones
  std::int32_t status = 0;            // HTTP status of the last reply; 0: none, or no HTTP
  Outcome outcome = Outcome::kValue;  // kValue if the batch was answered, else what its calls got
  Duration timer_lag{0};         // how late the engine was woken for `due`: part of the slot wait
  std::uint64_t first_call = 0;  // CallRecord::call of its first call

  Instant due{};
  Instant dispatched{};
  Instant sent{};
  Instant attempted{};
  Instant answered{};
  Instant replied{};
};

// How many were where, added up over time: integrals in nanoseconds, modulo 2^64. By Little's law
// each is the sum of the stays that the records tell.
struct Occupancy {
  std::uint64_t calls = 0;      // that had come and had no outcome
  std::uint64_t queued = 0;     // of these, calls in the queue
  std::uint64_t in_flight = 0;  // batches

  friend bool operator==(const Occupancy&, const Occupancy&) = default;
};

}  // namespace batcher
