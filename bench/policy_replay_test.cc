#include "bench/policy_replay.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <vector>

#include "batcher/core/options.h"
#include "bench/policy_traffics.h"

namespace bench {
namespace {

using batcher::At;
using batcher::Instant;
using results::Batching;
using namespace std::chrono_literals;

// What both ways to replay say.
Batching Replay(const ReplayedPolicy& setting, const std::vector<Instant>& arrivals) {
  const Batching batching = ReplayEngine(setting, arrivals, 1);
  EXPECT_EQ(ReplayPolicy(setting, arrivals, 1), batching);
  return batching;
}

TEST(PolicyReplayTest, CountsBatchesAndHowLongCallsWaitedForThem) {
  const std::vector<Instant> arrivals = {At(0ms), At(4ms), At(10ms), At(10ms + 1ns), At(50ms)};
  EXPECT_EQ(Replay({.policy = batcher::WindowPolicy(10ms)}, arrivals),
            (Batching{.batches = 3, .waiting = 10ms + 6ms + 10ms + 10ms}));
  EXPECT_EQ(Replay({.policy = batcher::UnbatchedPolicy()}, arrivals),
            (Batching{.batches = 5, .waiting = 0ms}));
}

TEST(PolicyReplayTest, ABatchIsNotLargerThanItsLimit) {
  const std::vector<Instant> arrivals(10, At(1ms));
  EXPECT_EQ(Replay({.policy = batcher::WindowPolicy(1ms), .max_items = 4}, arrivals),
            (Batching{.batches = 3, .waiting = 2 * 1ms}));
  EXPECT_EQ(Replay({.policy = batcher::WindowPolicy(1ms)}, arrivals),
            (Batching{.batches = 1, .waiting = 10 * 1ms}));
}

// More than the engine lets go at once by default: calls, batches, connections.
TEST(PolicyReplayTest, NothingElseHoldsCallsBack) {
  const std::vector<Instant> arrivals(200'001, At(1ms));
  EXPECT_EQ(Replay({.policy = batcher::UnbatchedPolicy()}, arrivals),
            (Batching{.batches = 200'001, .waiting = 0ms}));
  EXPECT_EQ(Replay({.policy = batcher::WindowPolicy(1h)}, arrivals),
            (Batching{.batches = 1, .waiting = 200'001 * batcher::Duration(1h)}));
}

TEST(PolicyReplayTest, WhatAPolicyLeavesForEverLeavesWithTheLastCall) {
  const std::vector<Instant> arrivals = {At(0ms), At(1ms), At(5ms), At(7ms), At(8ms)};
  EXPECT_EQ(Replay({.policy = batcher::CountPolicy(2)}, arrivals),
            (Batching{.batches = 3, .waiting = 1ms + 2ms}));
  EXPECT_EQ(Replay({.policy = batcher::CountPolicy(9)}, arrivals),
            (Batching{.batches = 1, .waiting = 8ms + 7ms + 3ms + 1ms}));
}

TEST(PolicyReplayTest, ThePolicyAloneDecidesAsTheEngineDoes) {
  for (const batcher::Choice& policy :
       {batcher::UnbatchedPolicy(), batcher::TickPolicy(3ms), batcher::TickPolicy(100ms),
        batcher::WindowPolicy(0ns), batcher::WindowPolicy(2ms), batcher::QuietPolicy(1ms, 4ms),
        batcher::QuietPolicy(20us, 1s), batcher::CountPolicy(1), batcher::CountPolicy(7),
        batcher::BalancePolicy(0ns), batcher::BalancePolicy(10ms), batcher::BalancePolicy(1s, 5ms),
        batcher::BalanceRandomPolicy(10ms)}) {
    for (const std::optional<std::size_t> max_items :
         {std::optional<std::size_t>(), std::optional<std::size_t>(1),
          std::optional<std::size_t>(5), std::optional<std::size_t>(300)}) {
      for (const PolicyTraffic& traffic : PolicyTraffics()) {
        const ReplayedPolicy setting{.policy = policy, .max_items = max_items};
        const std::vector<Instant> arrivals = ArrivalsOf(traffic, 1500, 1);
        EXPECT_EQ(ReplayPolicy(setting, arrivals, 3), ReplayEngine(setting, arrivals, 3))
            << policy.kind() << " on " << traffic.name << ", at most " << max_items.value_or(0);
      }
      std::vector<Instant> ties;
      for (int i = 0; i < 500; ++i) {
        ties.push_back(At(i / 9 * 1ms));
      }
      Replay({.policy = policy, .max_items = max_items}, ties);
    }
  }
}

TEST(PolicyReplayTest, NoCallsMakeNoBatch) {
  EXPECT_EQ(Replay({.policy = batcher::WindowPolicy(1ms)}, {}), Batching{});
}

}  // namespace
}  // namespace bench
