#include "bench/policy_replay.h"

#include <gtest/gtest.h>

#include <vector>

#include "batcher/core/options.h"

namespace bench {
namespace {

using batcher::At;
using batcher::Instant;
using results::Batching;
using namespace std::chrono_literals;

Batching Replay(const PolicySetting& setting, const std::vector<Instant>& arrivals) {
  return ReplayPolicy(setting, arrivals, 1);
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

TEST(PolicyReplayTest, NoCallsMakeNoBatch) {
  EXPECT_EQ(Replay({.policy = batcher::WindowPolicy(1ms)}, {}), Batching{});
}

}  // namespace
}  // namespace bench
