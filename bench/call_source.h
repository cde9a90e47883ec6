#pragma once

#include <cstdint>
#include <string>

#include "batcher/base/time.h"

namespace bench {

// A call that is to be made.
struct PlannedCall {
  batcher::Instant at;  // from the start of the run, as are all times
  std::uint64_t call = 0;
  std::string key;
  batcher::Instant deadline = batcher::kNever;   // of the call
  batcher::Instant cancel_at = batcher::kNever;  // not before that of the call before it
};

// Where the calls of a run in real time come from, one after the other. Not thread-safe, but for
// waits and ShareDone, which any thread may call.
class CallSource {
 public:
  virtual ~CallSource() = default;

  // When the next call is; kNever: there is none, or none until a call has ended.
  [[nodiscard]] virtual batcher::Instant next_at() = 0;
  // REQUIRES: next_at() is not kNever.
  [[nodiscard]] virtual PlannedCall Take() = 0;
  // Whether calls may still come once one has ended, and so Ended is to be told.
  [[nodiscard]] virtual bool waits() const = 0;
  virtual void Ended(std::uint64_t call, batcher::Instant at) = 0;
  // How much of the run is over at `at`, in 0 .. 1.
  [[nodiscard]] virtual double ShareDone(batcher::Instant at) const = 0;

 protected:
  CallSource() = default;
  CallSource(const CallSource&) = default;
  CallSource(CallSource&&) = default;
  CallSource& operator=(const CallSource&) = default;
  CallSource& operator=(CallSource&&) = default;
};

}  // namespace bench
