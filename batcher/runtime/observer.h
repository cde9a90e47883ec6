#pragma once

#include <cstddef>
#include <string_view>

#include "batcher/core/records.h"

namespace batcher {

// Is told what happens in a batcher, for a ledger, a log or metrics. The batcher itself writes
// nothing. All functions are called on the batcher's thread, must be quick and must not throw.
// Calls that Submit refuses because the queue is full are not told: they end on the thread of their
// caller.
class Observer {
 public:
  virtual ~Observer() = default;

  // A call has its outcome and its caller has been told.
  virtual void OnCall(const CallRecord& /*call*/) {}
  // A batch has ended. `message`: one sentence, if it failed.
  virtual void OnBatch(const BatchRecord& /*batch*/, std::string_view /*message*/) {}
  // A reply held results that belong to no key of its batch; they were ignored.
  virtual void OnMismatches(std::size_t /*results*/) {}
  // A callback threw; the exception went no further.
  virtual void OnCallbackThrew(std::string_view /*what*/) {}
};

}  // namespace batcher
