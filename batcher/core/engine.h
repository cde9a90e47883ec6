#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "batcher/base/time.h"
#include "batcher/core/deadlines.h"
#include "batcher/core/events.h"
#include "batcher/core/id_ring.h"
#include "batcher/core/key_index.h"
#include "batcher/core/options.h"
#include "batcher/core/policy.h"
#include "batcher/core/queue.h"
#include "batcher/core/records.h"
#include "batcher/core/reply.h"
#include "batcher/core/service_estimate.h"
#include "batcher/core/timers.h"
#include "batcher/core/wire.h"
#include "batcher/flow/batch_flow.h"

namespace batcher {

// The batcher as a state machine: the queue, the policy, the flows of the batches, the limits of
// the wire, and every call until its one outcome. It is told what happened and when, and answers
// what is to be done; it waits for nothing, reads no clock, and can be copied. One thread owns it.
//
// At equal times it is told of replies, then of submits and cancels, then Wake: so a call that
// arrives exactly when the window ends joins. REQUIRES: `now` never decreases from event to event.
class Engine {
 public:
  explicit Engine(const EngineOptions& options);
  Engine(const Engine& other);
  Engine& operator=(const Engine& other);
  Engine(Engine&&) noexcept = default;
  Engine& operator=(Engine&&) noexcept = default;
  ~Engine() = default;

  // Each appends its effects. Submit answers the id of the call; a refused one has ended already.
  CallId On(const Submit& event, Instant now, Effects& effects);
  void On(const Cancel& event, Instant now, Effects& effects);
  void On(const Reply& event, Instant now, Effects& effects);
  void On(Wake event, Instant now, Effects& effects);
  void On(Flush event, Instant now, Effects& effects);
  void On(const Drain& event, Instant now, Effects& effects);
  void On(const Retune& event, Instant now, Effects& effects);

  // When to tell it Wake, at the latest; may be in the past (at once). kNever: not before an event.
  [[nodiscard]] Instant wake_at() const;

  // The part of wake_at() for which nobody sleeps: the end of the sending that is under way, which
  // keeps the client's machine busy until then (SendCost). kNever: none is.
  [[nodiscard]] Instant busy_until() const { return wire_.busy_until(); }

  // With fewer calls queued than this, one more call does not change wake_at(), so that telling of
  // it can wait until then.
  [[nodiscard]] std::size_t quiet_below_calls() const;

  // Whether the oldest calls fill a batch that leaves with the next Wake, whatever comes meanwhile.
  [[nodiscard]] bool full_batch_can_leave() const {
    return next_due_ && next_due_->at <= now_ && !next_due_->everything &&
           queue_.entries() >= options_.queue.max_items && SlotFree();
  }

  // The entries of a batch in the order in which they go on the wire. REQUIRES: the slot is taken.
  [[nodiscard]] std::span<const Entry> EntriesOf(std::uint32_t slot) const;

  // The caller's number of the batch's first call. REQUIRES: the slot is taken.
  [[nodiscard]] std::uint64_t FirstCallOf(std::uint32_t slot) const {
    return batches_[slot].record.first_call;
  }

  // Those that wait for room in the queue count.
  [[nodiscard]] std::size_t queued_calls() const { return queue_.calls() + waiting_calls_; }
  [[nodiscard]] bool dedup() const { return options_.queue.dedup; }
  [[nodiscard]] std::size_t queued_entries() const { return queue_.entries(); }
  // When the oldest entry of the queue was submitted; kNever: it is empty.
  [[nodiscard]] Instant queued_since() const {
    return queue_.empty() ? kNever : queue_.front().enqueued;
  }
  [[nodiscard]] std::size_t in_flight() const { return in_flight_; }
  // The id that the next call will have.
  [[nodiscard]] CallId next_call() const { return calls_.next(); }
  // Whether the call has no outcome yet.
  [[nodiscard]] bool Lives(CallId id) const {
    return calls_.Contains(id) && calls_[id].state != CallState::kEnded;
  }
  // How many do.
  [[nodiscard]] std::size_t live_calls() const { return live_calls_; }

 private:
  // What the index says of a key: an entry of the queue by its id, or one in flight, marked, by the
  // slot of its batch and its place there.
  static constexpr std::uint64_t kInFlightMark = std::uint64_t{1} << 63U;
  static constexpr std::uint64_t InFlightRef(std::uint32_t slot, std::size_t position) {
    return kInFlightMark | (std::uint64_t{slot} << 32U) | position;
  }

  enum class CallState : std::uint8_t { kWaiting, kQueued, kInFlight, kEnded };
  struct Call {
    std::uint64_t call = 0;
    std::uint64_t key = 0;
    Instant submitted;
    CallId next_waiter = kNoCall;
    std::uint64_t entry = 0;  // kQueued: in the queue; kInFlight: in its batch
    std::uint32_t slot = 0;   // kInFlight
    CallState state = CallState::kEnded;
  };
  // A call for which the queue has no room yet.
  struct WaitingCall {
    CallId id = kNoCall;
    std::size_t bytes = 0;
  };
  // Some neighbouring entries of a batch.
  struct Part {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };
  struct Batch {
    BatchRecord record;
    std::vector<Entry> entries;
    std::size_t waiters = 0;  // calls that have not ended
    std::uint64_t sleep = 0;  // the sleep that counts; older ones are stale
    BatchFlow flow;
    bool live = false;
    bool joinable = false;    // its entries are in the index: a retune may switch dedup in between
    Part part;                // that is asked for
    bool isolates = false;    // the part has not been asked for by itself
    bool answered = false;    // some part was
    Instant first_attempted;  // of the parts that were answered, the stamps of the first
    Instant first_answered;
    std::vector<Part> parts;             // to be asked for after it, the next one last
    std::size_t isolation_requests = 0;  // that it may still cost
  };
  struct OpenRequest {
    std::uint64_t batch = 0;
    std::uint32_t slot = 0;
    bool open = true;
    Instant sent;
    RequestKind kind = RequestKind::kSubmit;
  };
  struct StampedDue {
    Instant at;
    Duration lag{0};  // how late the engine was woken for it
    FlushReason reason = FlushReason::kWindow;
    std::size_t left = 0;     // entries still to leave; 0: as many as a batch holds when it leaves
    std::size_t singles = 0;  // of those, how many leave one by one
  };

  // Puts the call into the queue, or into an entry that is asked for already. False: it is full.
  bool Enqueue(const Submit& event, CallId id, Instant now);

  // engine_overflow.cc: what happens when the queue is full.
  [[nodiscard]] bool MakeRoom(const Submit& event, CallId id, Instant now, Effects& effects);
  void AdmitWaiting(Instant now);

  // engine_deadline.cc: calls with deadlines.
  void PullForward();
  [[nodiscard]] ServiceEstimate& NextService();
  bool GiveUpHopeless(Instant now, Effects& effects);
  void ExpireDeadlines(Instant now, Effects& effects);
  void ForgetDeadlines();

  // engine_queue.cc: from submit to dispatch.
  void AskPolicy();
  void FlushQueue(Instant now, Effects& effects);
  void DispatchOne(Instant now, Effects& effects);
  [[nodiscard]] std::uint32_t OpenBatch(std::size_t take, EndpointKind endpoint, Instant now);
  void MoveFront(std::uint32_t slot);
  [[nodiscard]] bool SlotFree() const;
  [[nodiscard]] std::size_t BatchLimit() const;
  [[nodiscard]] std::size_t SingleBelow() const;
  bool JoinEntry(std::uint64_t entry_ref, CallId id, Instant now);
  bool JoinTwin(CallId twin, CallId id, Instant now);

  // engine_flight.cc: from dispatch to the outcome.
  void Act(std::uint32_t slot, const BatchFlow::Action& action, const Reply* reply, Instant now,
           Effects& effects);
  void EndUnpayable(Instant now, Effects& effects);
  void PumpWire(Instant now, Effects& effects);
  void StampReply(Batch& batch, const OpenRequest& request, const Reply& reply) const;

  // engine_parts.cc: the end of a batch, all at once or part by part.
  void FinishPart(std::uint32_t slot, const Reply& reply, Instant now, Effects& effects);
  void EndPart(std::uint32_t slot, const Reply& reply, Instant now, Effects& effects);
  // Whether the part that failed is to be asked for in halves.
  static bool Divide(Batch& batch, const Reply& reply);
  // Turns to the next part that someone waits for; false: there is none.
  static bool NextPart(Batch& batch);
  void EndBatch(std::uint32_t slot, Outcome outcome, bool abandoned, Instant now, Effects& effects);
  // What the record of every call says that ends now in the batch, or (second) in the queue.
  [[nodiscard]] EndedCall FateOf(std::uint32_t slot, Instant now) const;
  [[nodiscard]] static EndedCall FateInQueue(Instant now);
  void EndCall(CallId id, Outcome outcome, const EndedCall& fate, Effects& effects);
  void Detach(CallId id, Outcome outcome, Instant now, Effects& effects);
  void ExpireRequests(Instant now, Effects& effects);
  void ExpireCalls(Instant now, Effects& effects);
  void WakeFlows(Instant now, Effects& effects);
  void Trim();

  void Begin(Instant now);

  EngineOptions options_;
  std::unique_ptr<Policy> policy_;
  FlowRules rules_;
  Wire wire_;

  Queue queue_;
  KeyIndex index_;  // dedup: key -> queued entry, or entry in flight with join_in_flight
  std::deque<WaitingCall> waiting_;  // for room in the queue, the oldest first; some may have ended
  std::size_t waiting_calls_ = 0;    // that have not
  IdRing<Call> calls_;
  std::vector<Batch> batches_;  // by slot
  std::vector<std::uint32_t> free_slots_;
  IdRing<OpenRequest> requests_;  // in the order of sending, so also of their time-outs
  Timers timers_;                 // sleeps of flows

  Deadlines deadlines_;                                         // of the calls that have not ended
  Deadlines queued_deadlines_;                                  // of those that are queued
  std::array<ServiceEstimate, kEndpointNames.size()> service_;  // by EndpointKind
  Instant unclamped_pull_ = kNever;  // to when the deadlines pull the flush forward
  Instant pull_ = kNever;            // ... at the earliest when they began to

  std::optional<Due> next_due_;    // the policy's last answer
  std::optional<StampedDue> due_;  // a flush that is due and has not left entirely
  Instant held_until_;  // By a missing slot or other rules: what was due by then was not overslept.
  std::optional<Instant> drain_deadline_;
  std::size_t in_flight_ = 0;
  std::size_t live_calls_ = 0;
  std::uint64_t next_batch_ = 0;
  Instant last_completion_;
  Instant last_submitted_;
  Instant now_;  // of the last event
};

}  // namespace batcher
