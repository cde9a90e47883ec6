#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "batcher/base/kinds.h"
#include "batcher/base/random.h"
#include "batcher/base/time.h"
#include "mock_server/draw_key.h"
#include "mock_server/fault_kinds.h"

namespace mock_server {

// A request that the service has understood, as the plan sees it.
struct FaultyRequest {
  AskedFor asked_for = AskedFor::kSingle;
  DrawKey key = {};         // of a poll: that of its batch
  std::uint64_t poll = 0;   // of a poll: how many of that batch came before it
  bool has_answer = false;  // the results are to be given now: to a single call always, to a submit
                            // if batches are answered at once, to a poll of a batch that is done
};

// What is to be done wrong with one request.
struct Fault {
  FaultKind kind = FaultKind::kStatus;
  std::uint64_t draw = 0;  // which item, which order: of 64 random bits
  int status = 500;        // kStatus, as the two below
  std::optional<batcher::Duration> retry_after = {};
  bool html = false;
  batcher::Duration over{0};  // kDrip
};

// When a fault is on: from a moment on, for a while, again and again.
struct FaultTimes {
  batcher::Duration from{0};
  std::optional<batcher::Duration> length = {};  // none: to the end
  std::optional<batcher::Duration> every = {};   // none: once; else at least `length`

  [[nodiscard]] bool IsOn(batcher::Instant now) const;
  // The first moment from `now` on at which it is on; kNever: there is none.
  [[nodiscard]] batcher::Instant NextOn(batcher::Instant now) const;
  // The first moment after `now` at which it is off. REQUIRES: it is on at `now`.
  [[nodiscard]] batcher::Instant NextOff(batcher::Instant now) const;
};

// Which requests a service fails, and how: a pure function of its options, the seed, and the
// request. It draws from streams named by the request, so the same call and attempt meet the same
// fault over HTTP and in virtual time, whatever else was asked; each entry has streams of its own,
// so none disturbs another. It waits for nothing and does no I/O. Times count from the start of the
// run. A value; its functions may be called by any thread.
class FaultPlan {
 public:
  // REQUIRES: each choice is of FaultKinds and passed FaultProblem.
  FaultPlan(const std::vector<batcher::Choice>& faults, std::uint64_t seed);

  [[nodiscard]] bool empty() const { return entries_.empty() && downtimes_.empty(); }

  // The first entry that hits the request; never kRefused.
  [[nodiscard]] std::optional<Fault> Find(const FaultyRequest& request, batcher::Instant now) const;

  // kRefused: when nobody listens. The first moment from `now` on at which that is so; kNever:
  // there is none.
  [[nodiscard]] batcher::Instant NextDown(batcher::Instant now) const;
  // The first moment from `now` on at which somebody listens.
  [[nodiscard]] batcher::Instant NextUp(batcher::Instant now) const;

 private:
  struct Entry {
    Fault fault;  // less its draw
    FaultTimes times;
    double rate = 1;
    std::array<bool, kAskedForNames.size()> hits{};  // by what is asked for
    std::uint64_t seed = 0;
  };

  [[nodiscard]] static bool CanHit(const Entry& entry, const FaultyRequest& request);

  std::vector<Entry> entries_;
  std::vector<FaultTimes> downtimes_;
};

}  // namespace mock_server
