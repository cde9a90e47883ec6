#pragma once

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

// The calls to come, in ascending order of their times.
class VirtualArrivals {
 public:
  virtual ~VirtualArrivals() = default;
  // When the next one comes; kNever: none does, or none before something else has happened. What
  // the world's sink is told may bring it nearer.
  virtual Instant next_at() = 0;
  // The next one. REQUIRES: next_at() is not kNever.
  virtual VirtualArrival Take() = 0;
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
  // may come before `now()`.
  void Run(VirtualArrivals& arrivals);

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
