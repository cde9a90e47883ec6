#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "batcher/base/kinds.h"
#include "batcher/base/time.h"
#include "batcher/core/engine.h"
#include "batcher/runtime/virtual_world.h"
#include "results/lib/clairvoyant.h"

namespace bench {

// A policy by itself: the real engine in virtual time with all limits out of the way, so that what
// it costs is comparable with the least that anybody could have paid (results/lib/clairvoyant.h).

// One way to batch.
struct ReplayedPolicy {
  batcher::Choice policy;                  // of batcher::PolicyKinds
  std::optional<std::size_t> max_items{};  // of a batch, at least 1; none: no limit
};

// Slots, connections and the queue are without limit, nobody gives up, equal keys are not joined,
// and a lone call is a batch like any other. `seed` is that of random policies.
[[nodiscard]] batcher::EngineOptions WithoutLimits(const ReplayedPolicy& setting,
                                                   std::uint64_t seed);

// Answers every batch at the moment at which it was sent.
class InstantService final : public batcher::VirtualService {
 public:
  std::optional<batcher::VirtualReply> Serve(const batcher::Send& send,
                                             std::span<const batcher::Entry> entries,
                                             std::uint64_t first_call,
                                             batcher::Instant now) override;
};

// What a run was: the batches and how long calls waited for them to leave.
class BatchingCount {
 public:
  // Of each event, in order: what a world tells its sink.
  void Add(const batcher::Effects& effects);

  // Calls that the policy left for ever (`count` has no timer) are taken to leave together with the
  // last call, at `last`.
  [[nodiscard]] results::Batching Total(batcher::Instant last) const;

 private:
  results::Batching left_;
  std::int64_t stayed_ = 0;            // calls
  batcher::Duration stayed_since_{0};  // their times of submit, added up
};

// Both give the same numbers. REQUIRES: arrivals ascend from a time of at least 0.

// Runs the engine: what is to be believed.
[[nodiscard]] results::Batching ReplayEngine(const ReplayedPolicy& setting,
                                             std::span<const batcher::Instant> arrivals,
                                             std::uint64_t seed);

// Asks the policy alone, as the engine would, and is ten times as fast: for long searches. Not for
// `linger` and `natural`, which look at what is in flight.
[[nodiscard]] results::Batching ReplayPolicy(const ReplayedPolicy& setting,
                                             std::span<const batcher::Instant> arrivals,
                                             std::uint64_t seed);

}  // namespace bench
