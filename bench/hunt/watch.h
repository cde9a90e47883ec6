#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/time.h"
#include "batcher/core/engine.h"
#include "batcher/core/events.h"
#include "bench/hunt/case.h"
#include "bench/hunt/service.h"
#include "bench/hunt/tally.h"
#include "results/lib/ledger.h"

namespace hunt {

// A promise that was not kept.
struct Broken {
  std::string rule;      // a name for the kind
  std::string sentence;  // what happened
};

// Keeps books of all that a batcher is told and does, and knows what it must never do. It is told
// of everything in the order in which it happens, by either world; what it finds first it keeps.
class Watch {
 public:
  Watch(const Case& run, Tally& tally);

  // A call beyond those of the case. Answers its number.
  std::uint64_t Add(const Call& call);
  [[nodiscard]] const Call& CallOf(std::uint64_t number) const { return calls_[number].call; }

  // What the batcher is about to be told.
  void Hand(std::uint64_t number, batcher::Instant now);
  void Retune(const batcher::QueueOptions& queue);
  // Its front end is: it goes by the new limits at once.
  void Limit(const batcher::QueueOptions& queue);
  void Drain(batcher::Instant deadline, batcher::Instant now);
  // Its front end has refused a call with `queued` calls before it.
  void Refuse(std::uint64_t number, batcher::Outcome outcome, std::size_t queued);
  // The keys of the engine are the ids of calls: this is the next id's.
  void Number(std::uint64_t number) { named_.push_back(number); }

  // What followed from an event, or from a turn of the loop.
  void See(const batcher::Effects& effects, const batcher::Engine& engine, batcher::Instant now);
  // What the service is going to say to a request among those effects.
  void Expect(const batcher::Send& send, const Plan& plan, batcher::Instant now);
  // The requests of a batch that all have left end by then.
  void Abandon(std::uint64_t batch, batcher::Instant until);
  // The caller was told. Only where there are callers.
  void Tell(std::uint64_t number, batcher::Outcome outcome);
  // All that it was told has been done.
  void Rest(const batcher::Engine& engine, batcher::Instant now);
  // Nothing more will happen. `callers`: they should all have been told.
  void End(const batcher::Engine& engine, bool callers);

  [[nodiscard]] std::uint64_t KeyOf(const batcher::Entry& entry) const {
    return run_.world == World::kCore ? entry.key : calls_[named_[entry.key]].call.key;
  }
  [[nodiscard]] const std::optional<Broken>& broken() const { return broken_; }
  void Break(std::string_view rule, std::string sentence);
  [[nodiscard]] bool draining() const { return drain_deadline_ != batcher::kNever; }
  // How the call ended; none: it did not.
  [[nodiscard]] std::optional<batcher::Outcome> OutcomeOf(std::uint64_t number) const;
  [[nodiscard]] const results::Ledger& ledger() const { return ledger_; }
  // Calls that were cancelled in flight and did not take their batch with them.
  [[nodiscard]] std::vector<std::uint64_t> LeftInFlight() const;

 private:
  struct CallBook {
    Call call;
    batcher::Instant handed = batcher::kNever;
    bool ended = false;
    batcher::Outcome outcome = batcher::Outcome::kValue;
    std::uint32_t told = 0;
  };
  enum class Ending : std::uint8_t { kNone, kOpen, kReplied, kTimedOut };
  struct BatchBook {
    std::vector<std::uint64_t> keys = {};
    bool ended = false;
    bool abandoned = false;
    std::uint32_t submits = 0;
    std::uint32_t polls = 0;
    // Of the newest request.
    batcher::Send send = {};
    Plan plan = {};
    batcher::Instant sent{};
    Ending ending = Ending::kNone;
    // As the rules of retries count them.
    std::size_t failures = 0;
    std::size_t losses = 0;
    bool accepted = false;  // there is a job to poll for
    bool may_go_on = true;  // another request for the same entries is in order
    batcher::Instant no_poll_before{};
    batcher::Instant no_retry_before{};
  };

  void SeeCall(const batcher::EndedCall& ended, const batcher::Engine& engine,
               batcher::Instant now);
  void SeeTimes(const CallBook& book, std::uint64_t number, batcher::Instant now);
  void SeeReason(const CallBook& book, std::uint64_t number, const batcher::EndedCall& ended,
                 batcher::Instant now);
  void SeeResult(const batcher::CallRecord& record, batcher::Instant now);
  void SeeBatch(const batcher::EndedBatch& ended);
  void SeeDispatch(const batcher::Dispatched& dispatched, const batcher::Engine& engine);
  void SeeSend(const batcher::Send& send, batcher::Instant now);
  void SeeWire(const batcher::Send& send, batcher::Instant now);
  // What has become of the batch's newest request by now.
  void Settle(BatchBook& batch, batcher::Instant now);
  void Fail(BatchBook& batch, batcher::Instant at);
  [[nodiscard]] bool WireIsFree() const;
  // When at the latest the queue must leave if a slot is free; kNever: it may stay.
  [[nodiscard]] batcher::Instant LatestDue(const batcher::Engine& engine,
                                           batcher::Instant now) const;

  const Case& run_;
  Tally& tally_;
  batcher::QueueOptions queue_;             // in force
  std::size_t admitted_ = 0;                // max_queued of the front end
  bool sheds_ = false;                      // has shed at some time
  std::optional<std::size_t> least_bytes_;  // of all max_bytes
  batcher::Instant drain_deadline_ = batcher::kNever;
  batcher::Instant drained_at_ = batcher::kNever;

  std::vector<CallBook> calls_;       // by number
  std::vector<std::uint64_t> named_;  // numbers by the ids of calls
  std::vector<BatchBook> batches_;    // by id
  results::Ledger ledger_;
  std::size_t handed_ = 0;
  std::size_t ended_ = 0;
  std::size_t refused_ = 0;
  std::size_t live_batches_ = 0;
  std::size_t unsent_batches_ = 0;
  struct Connection {
    std::uint64_t batch = 0;
    batcher::Instant until;
  };
  std::vector<Connection> connections_;  // each is taken until then
  double tokens_ = 0;                    // of the rate limit
  batcher::Instant tokens_at_{};
  std::uint64_t half_credits_ = 0;  // spent
  bool quota_ended_ = false;
  std::uint64_t requests_ = 0;
  std::uint64_t retries_ = 0;
  batcher::Instant rested_at_{};
  std::size_t rests_ = 0;  // at that time
  struct Left {
    std::uint64_t number = 0;
    std::uint64_t batch = 0;
  };
  std::vector<Left> left_in_flight_;
  std::optional<Broken> broken_;
};

}  // namespace hunt
