#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
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
};

// The driver of an engine in virtual time: an event queue in which the time from one event to the
// next takes no time. At equal times replies come first, then calls, then the engine's own timers,
// each in the order in which they were scheduled.
class VirtualWorld {
 public:
  // Sees the effects of each event that has any, once they were performed; they are gone when it
  // returns.
  using Sink = std::function<void(const Effects&)>;

  // All must outlive the world.
  VirtualWorld(Engine& engine, VirtualService& service, Sink sink);

  // Runs until no call comes and nothing more will happen: every call has its outcome then. No call
  // may come before `now()`. `arrivals` are the calls to come, in ascending order of their times:
  //   Instant next_at();      // When the next one comes; kNever: none does, or none before
  //   something
  //                           // else has happened. What the sink is told may bring it nearer.
  //   VirtualArrival Take();  // The next one. REQUIRES: next_at() is not kNever.
  template <class Arrivals>
  void Run(Arrivals& arrivals) {
    while (true) {
      const Instant at = arrivals.next_at();
      if (Step(at, kNever)) {
        continue;
      }
      if (at == kNever) {
        return;
      }
      SubmitUntilSomethingElse(arrivals);
    }
  }

  // Tells the engine an event at now() and performs the effects.
  template <class Event>
  void Tell(const Event& event) {
    effects_.Clear();
    engine_.On(event, now_, effects_);
    if (!effects_.empty()) {
      Perform();
    }
  }
  // Runs up to and including `until`, without arrivals.
  void RunUntil(Instant until);

  [[nodiscard]] Instant now() const { return now_; }

 private:
  struct Scheduled {
    VirtualReply reply;
    std::uint64_t order = 0;
  };
  static bool Later(const Scheduled& a, const Scheduled& b);
  // The next call, and those after it that come before anything else happens and put nothing off.
  template <class Arrivals>
  void SubmitUntilSomethingElse(Arrivals& arrivals) {
    Submit(arrivals.Take());
    const std::size_t quiet_below = engine_.quiet_below_calls();
    const Instant next_event = std::min(engine_.wake_at(), NextReply());
    while (engine_.queued_calls() < quiet_below && arrivals.next_at() < next_event) {
      Submit(arrivals.Take());
    }
  }

  void Submit(const VirtualArrival& arrival) {
    now_ = std::max(now_, arrival.at);
    Tell(batcher::Submit{
        .call = arrival.call, .key = arrival.key, .bytes = arrival.bytes, .submitted = arrival.at});
  }

  // When the next reply is here; kNever: none is under way.
  [[nodiscard]] Instant NextReply() const {
    return replies_.empty() ? kNever : replies_.front().reply.at;
  }

  // The next event at or before `until` and before the arrival (kNever: none comes): false if there
  // is none.
  bool Step(Instant arrival, Instant until);
  void DeliverReply();
  void Perform();

  Engine& engine_;
  VirtualService& service_;
  Sink sink_;
  Effects effects_;
  std::vector<Scheduled> replies_;  // A heap, the earliest on top.
  std::vector<Outcome> all_values_;
  std::uint64_t next_order_ = 0;
  Instant now_;
};

}  // namespace batcher
