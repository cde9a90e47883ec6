#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "batcher/core/engine.h"

namespace batcher {

// An engine, the time, and all that it has said so far. The service is the test: it replies when it
// wants.
class EngineFixture {
 public:
  explicit EngineFixture(const EngineOptions& options) : engine(options) {}

  // Tells the engine an event at `at`, after waking it for everything that it wanted before then.
  template <class Event>
  void Tell(const Event& event, Duration at) {
    WakeBefore(At(at));
    now_ = At(at);
    Effects effects;
    engine.On(event, now_, effects);
    Take(effects);
  }
  CallId Submit(Duration at, std::uint64_t key, std::size_t bytes = 0) {
    return Submit(at, batcher::Submit{.call = key, .key = key, .bytes = bytes});
  }
  CallId Submit(Duration at, batcher::Submit call) {
    WakeBefore(At(at));
    now_ = At(at);
    call.submitted = now_;
    Effects effects;
    const CallId id = engine.On(call, now_, effects);
    Take(effects);
    return id;
  }
  // Up to and including `until`.
  void RunUntil(Duration until) {
    WakeBefore(At(until) + Duration(1));
    now_ = At(until);
  }

  // Replies to the n-th request that was sent (0: the first), at `at`. Without `items` all are
  // values.
  void Reply(std::size_t sent_number, ReplyKind kind, Duration at,
             const std::optional<std::vector<Outcome>>& items = std::nullopt,
             std::optional<Duration> retry_after = std::nullopt) {
    const std::vector<Outcome> all = items.value_or(std::vector<Outcome>(1000, Outcome::kValue));
    Tell(batcher::Reply{.request = sends.at(sent_number).request,
                        .kind = kind,
                        .failure = Outcome::kFailedStatus,
                        .status = 200,
                        .retry_after = retry_after,
                        .items = all,
                        .sent = At(at),
                        .answered = At(at),
                        .replied = At(at)},
         at);
  }

  [[nodiscard]] std::optional<Outcome> OutcomeOf(CallId id) const {
    const auto found = outcomes.find(id);
    return found == outcomes.end() ? std::nullopt : std::optional(found->second);
  }
  Engine engine;
  std::vector<Send> sends;
  std::vector<Duration> sent_at;
  std::vector<Duration> dispatched_at;
  std::vector<std::vector<std::uint64_t>> keys;  // of each dispatched batch
  std::vector<CallRecord> calls;
  std::vector<BatchRecord> batches;
  std::size_t abandoned = 0;
  std::map<CallId, Outcome> outcomes;

 private:
  void WakeBefore(Instant at) {
    while (std::max(engine.wake_at(), now_) < at) {
      now_ = std::max(engine.wake_at(), now_);
      Effects effects;
      engine.On(Wake{}, now_, effects);
      Take(effects);
    }
  }

  void Take(const Effects& effects) {
    for (const EndedCall& ended : effects.calls) {
      EXPECT_TRUE(outcomes.emplace(ended.id, ended.record.outcome).second)
          << "call " << ended.id << " ended twice";
      calls.push_back(ended.record);
    }
    for (const EndedBatch& ended : effects.batches) {
      batches.push_back(ended.record);
      abandoned += ended.abandoned ? 1U : 0U;
    }
    for (const Dispatched& dispatched : effects.dispatched) {
      keys.emplace_back();
      for (const Entry& entry : engine.EntriesOf(dispatched.slot)) {
        keys.back().push_back(entry.key);
      }
      dispatched_at.push_back(now_.time_since_epoch());
    }
    for (const Send& send : effects.sends) {
      sends.push_back(send);
      sent_at.push_back(now_.time_since_epoch());
    }
  }

  Instant now_;
};

// Options under which nothing but the policy limits a batch, and single calls are off.
inline EngineOptions OnlyPolicy(const Choice& policy) {
  EngineOptions options;
  options.queue.policy = policy;
  options.queue.max_in_flight = std::nullopt;
  options.queue.single_below = 1;
  return options;
}

}  // namespace batcher
