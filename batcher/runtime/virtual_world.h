#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "batcher/base/time.h"
#include "batcher/core/engine.h"

namespace batcher {

// A reply that the service will give.
struct VirtualReply {
  Instant at = {};   // when it is here
  Reply reply = {};  // its times may be left unset but for `answered`; `request` and `items` are
                     // not its own
  std::vector<Outcome> items = {};  // kAnswered: one for each entry; empty: all kValue
};

// The service in virtual time: told of a request, it says at once what will come back and when.
class VirtualService {
 public:
  virtual ~VirtualService() = default;
  // None: no reply ever comes. `now` does not go backwards.
  virtual std::optional<VirtualReply> Serve(const Send& send, std::span<const Entry> entries,
                                            std::uint64_t first_call, Instant now) = 0;
};

// A call to come.
struct VirtualArrival {
  Instant at = {};
  std::uint64_t call = 0;  // the caller's number
  std::uint64_t key = 0;
  std::size_t bytes = 0;
  Instant deadline = kNever;   // as Submit::deadline
  Instant cancel_at = kNever;  // when its caller leaves; never before that of the call before it
  bool can_wait = false;       // as Submit::can_wait
};

// The driver of an engine in virtual time: an event queue in which the time from one event to the
// next takes no time. At equal times replies come first, then cancels, then calls, then the
// engine's own timers, each in the order in which they were scheduled.
//
// With a timer lag it sleeps as a thread of a real machine does: the engine's Wake comes that much
// after wake_at(), if the world slept for it. It does not if wake_at() is over when the engine was
// told what wakes a real driver (a reply, an order, calls enough), nor while sending keeps it busy.
// Each call comes that much after its time, which its record keeps as `intended`.
class VirtualWorld {
 public:
  // Sees the effects of each event that has any, once they were performed; they are gone when it
  // returns.
  using Sink = std::function<void(const Effects&)>;

  // All must outlive the world. A timer lag is at least 0, and one above 0 takes it that every call
  // comes by Run.
  VirtualWorld(Engine& engine, VirtualService& service, Sink sink,
               Duration timer_lag = Duration(0));

  // Runs until no call comes and nothing more will happen: every call has its outcome then; or up
  // to and including `until`. No call may come before `now()`. `arrivals` are the calls to come, in
  // ascending order of their times:
  //   Instant next_at();      // when the next one comes; kNever: none does, or none before
  //                           // something else has happened: what the sink is told
  //   VirtualArrival Take();  // the next one; REQUIRES: next_at() is not kNever
  template <class Arrivals>
  void Run(Arrivals& arrivals, Instant until = kNever) {
    while (!stopped_) {
      const Instant at = Late(arrivals.next_at());
      const Instant cancel_at = NextCancel();
      if (Step(std::min(at, cancel_at), until)) {
        continue;
      }
      const Instant next = std::min(at, cancel_at);
      if (next == kNever || next > until) {
        break;
      }
      if (cancel_at <= at) {
        CancelNext();
      } else {
        SubmitUntilSomethingElse(arrivals, until);
      }
    }
    if (until != kNever && !stopped_) {
      MoveTo(until);
    }
  }

  // Tells the engine an event at now() and performs the effects.
  template <class Event>
  void Tell(const Event& event) {
    awake_at_ = now_;
    TellAsleep(event);
  }
  // Runs up to and including `until`, without arrivals.
  void RunUntil(Instant until);
  // Nothing happens any more: for a sink, or arrivals, that have seen enough.
  void Stop() { stopped_ = true; }

  [[nodiscard]] Instant now() const { return now_; }

  // What the engine said of itself until now, added up from one event to the next.
  [[nodiscard]] const Occupancy& occupancy() const { return occupancy_; }

 private:
  struct Scheduled {
    VirtualReply reply;
    std::uint64_t order = 0;
  };
  static bool Later(const Scheduled& a, const Scheduled& b);
  struct ScheduledCancel {
    Instant at;
    CallId call = kNoCall;
  };
  // When a call comes that was to come at `at`: its caller's thread sleeps too.
  [[nodiscard]] Instant Late(Instant at) const { return at == kNever ? kNever : at + timer_lag_; }

  // The next call, and those after it that come before anything else happens and put nothing off.
  template <class Arrivals>
  void SubmitUntilSomethingElse(Arrivals& arrivals, Instant until) {
    bool hastens = Submit(arrivals.Take());
    const std::size_t quiet_below = engine_.quiet_below_calls();
    const Instant next_event = std::min({NextWake(), NextReply(), NextCancel()});
    const auto undisturbed = [&](Instant at) { return at < next_event && at <= until; };
    while (!hastens && engine_.queued_calls() < quiet_below &&
           undisturbed(Late(arrivals.next_at()))) {
      hastens = Submit(arrivals.Take());
    }
  }

  // Whether the call brings events of its own, before those that were to come.
  bool Submit(const VirtualArrival& arrival) {
    const std::size_t quiet_below = timer_lag_ > Duration(0) ? engine_.quiet_below_calls() : 0;
    MoveTo(Late(arrival.at));
    if (arrival.cancel_at != kNever) {
      cancels_.push_back({.at = Late(arrival.cancel_at), .call = engine_.next_call()});
    }
    TellAsleep(batcher::Submit{.call = arrival.call,
                               .key = arrival.key,
                               .bytes = arrival.bytes,
                               .submitted = Late(arrival.at),
                               .deadline = arrival.deadline,
                               .can_wait = arrival.can_wait});
    if (engine_.queued_calls() >= quiet_below) {
      awake_at_ = now_;
    }
    return arrival.deadline != kNever || arrival.cancel_at != kNever;
  }

  // REQUIRES: no event comes before `at`.
  void MoveTo(Instant at) {
    if (at <= now_) {
      return;
    }
    const auto passed = static_cast<std::uint64_t>((at - now_).count());
    occupancy_.calls += passed * engine_.live_calls();
    occupancy_.queued += passed * engine_.queued_calls();
    occupancy_.in_flight += passed * engine_.in_flight();
    now_ = at;
  }

  // When the next reply is here; kNever: none is under way.
  [[nodiscard]] Instant NextReply() const {
    return replies_.empty() ? kNever : replies_.front().reply.at;
  }

  // When the next caller leaves, whose call may have ended; kNever: none will.
  [[nodiscard]] Instant NextCancel() const {
    return cancels_.empty() ? kNever : cancels_.front().at;
  }
  void CancelNext();

  // As Tell, of an event for which a real driver would not wake.
  template <class Event>
  void TellAsleep(const Event& event) {
    effects_.Clear();
    engine_.On(event, now_, effects_);
    if (!effects_.empty()) {
      Perform();
    }
  }
  [[nodiscard]] Instant NextWake() const;
  // The next event at or before `until` and before the arrival (kNever: none comes): false if there
  // is none.
  bool Step(Instant arrival, Instant until);
  void DeliverReply();
  void Perform();

  Engine& engine_;
  VirtualService& service_;
  Sink sink_;
  Duration timer_lag_;
  Effects effects_;
  std::vector<Scheduled> replies_;  // A heap, the earliest on top.
  std::deque<ScheduledCancel> cancels_;
  std::vector<Outcome> all_values_;
  std::uint64_t next_order_ = 0;
  Instant now_;
  Occupancy occupancy_;
  Instant awake_at_;  // When it last had no reason to sleep.
  bool stopped_ = false;
};

}  // namespace batcher
