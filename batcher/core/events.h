#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "batcher/base/time.h"
#include "batcher/core/options.h"
#include "batcher/core/queue.h"
#include "batcher/core/records.h"
#include "batcher/core/reply.h"

namespace batcher {

// What happened: the events that an engine is told.
struct Submit {
  std::uint64_t call = 0;  // the caller's number, for the records only
  std::uint64_t key = 0;   // equal ids are equal keys
  std::size_t bytes = 0;
  Instant submitted{};  // at most `now`; raised to that of the call before it
  // When its caller no longer wants the answer: it pulls the flush forward so that the service
  // should be done by then, is given up unsent if it can't be, and ends then at the latest, as
  // kDeadlineExceeded. kNever: only the time-out counts.
  Instant deadline = kNever;
  // Whether the call may wait for room in a full queue, with Overflow::kWait.
  bool can_wait = false;
  // For drivers that know which calls have equal keys: the latest such call before this one that
  // Lives, or kNoCall. The engine then keeps no index of the keys. None: it finds equal keys
  // itself. REQUIRES: given with every call, or with none.
  std::optional<CallId> twin = {};
};
struct Cancel {
  CallId call = 0;  // one that has ended, or never was, is left alone
};
struct Reply {
  std::uint64_t request = 0;  // Send::request; a reply that comes too late is ignored
  ReplyKind kind = ReplyKind::kAnswered;
  Outcome failure = Outcome::kFailedStatus;  // of the batch's calls, if this is the last try
  int status = 0;
  std::optional<Duration> retry_after = {};
  // kAnswered: an outcome for each entry, in order. Too few: the rest are kMissingResult.
  std::span<const Outcome> items = {};
  Instant sent{};      // of the request; raised to when it was given to the driver
  Instant answered{};  // when the service had the answer; = replied if unknown
  Instant replied{};
};
struct Wake {};   // wake_at() has come
struct Flush {};  // what is queued leaves now, with the reason kManual
struct Drain {    // no more calls; what is queued leaves; at the deadline the rest are kShutDown
  Instant deadline;
};
struct Retune {  // other limits and another policy from now on
  QueueOptions queue;
};

// What is to be done: the effects of events.
struct Send {
  std::uint64_t request = 0;  // numbers the requests; the reply names it
  std::uint32_t slot = 0;     // of its batch: numbers below the most batches ever under way at once
  std::uint64_t batch = 0;
  RequestKind kind = RequestKind::kSubmit;
  std::uint32_t attempt =
      0;  // 0 for the batch's first submit, then 1, 2, ...; of a poll: its submit's
  // Which entries of the batch it asks for: all, but when the entry at fault is being isolated.
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  bool isolates = false;  // a submit: the first one for these entries, which failed among others
};
struct Dispatched {
  std::uint32_t slot = 0;  // taken by this batch until it is in Effects::batches
  std::uint64_t batch = 0;
};
struct EndedCall {
  CallId id = kNoCall;
  std::uint32_t slot = 0;     // of its batch, if record.batch is one
  bool last_of_entry = true;  // no other call waits for the same result
  CallRecord record;          // complete but for `delivered`, which is when it was ended
};
struct EndedBatch {
  std::uint32_t slot = 0;
  bool abandoned = false;  // all its callers had left; a request may still be under way
  BatchRecord record;
};
struct Effects {
  std::vector<Dispatched> dispatched;
  std::vector<Send> sends;
  std::vector<EndedCall> calls;
  std::vector<EndedBatch> batches;  // after the calls that ended with them

  [[nodiscard]] bool empty() const {
    return dispatched.empty() && sends.empty() && calls.empty() && batches.empty();
  }
  void Clear();
};

}  // namespace batcher
