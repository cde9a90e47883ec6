#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "batcher/core/engine_fixture.h"

// When each policy flushes, and why: each boundary on both sides, to the nanosecond. The policies
// of the article and of a plain window are in engine_queue_test.cc.

namespace batcher {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// The n-th batch, answered so that its record is there.
BatchRecord Answered(EngineFixture& f, std::size_t n, Duration at) {
  f.Reply(n, ReplyKind::kAnswered, at);
  return f.batches.back();
}

TEST(LingerTest, ACallLeavesAtOnceWhileNothingIsInFlight) {
  EngineFixture f(OnlyPolicy(LingerPolicy(10, 5ms)));
  f.Submit(1ms, 1);
  f.RunUntil(1ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(1ms));
  EXPECT_EQ(Answered(f, 0, 2ms).reason, FlushReason::kIdle);
  f.Submit(2ms, 2);  // nothing is in flight any more
  f.RunUntil(2ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(1ms, 2ms));
  const BatchRecord second = Answered(f, 1, 3ms);
  EXPECT_EQ(second.reason, FlushReason::kIdle);
  EXPECT_EQ(second.due, At(2ms));
}

TEST(LingerTest, OthersWaitForTheWindowWhileOneIsInFlight) {
  EngineFixture f(OnlyPolicy(LingerPolicy(10, 5ms)));
  f.Submit(0ms, 1);
  f.Submit(1ms, 2);
  f.Submit(6ms, 3);  // exactly at its end: joins
  f.Submit(6ms + 1ns, 4);
  f.RunUntil(11ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1), ElementsAre(2, 3)));
  EXPECT_THAT(f.dispatched_at, ElementsAre(0ms, 6ms));
  EXPECT_EQ(Answered(f, 1, 11ms).reason, FlushReason::kWindow);
}

TEST(LingerTest, EnoughCallsLeaveAndOneFewerWaits) {
  EngineFixture f(OnlyPolicy(LingerPolicy(3, 5ms)));
  f.Submit(0ms, 1);
  f.Submit(1ms, 2);
  f.Submit(2ms, 2);  // shares an entry, is a call all the same
  f.RunUntil(3ms - 1ns);
  EXPECT_THAT(f.dispatched_at, ElementsAre(0ms));
  f.Submit(3ms, 3);
  f.RunUntil(3ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1), ElementsAre(2, 3)));
  const BatchRecord second = Answered(f, 1, 4ms);
  EXPECT_EQ(second.reason, FlushReason::kMinSize);
  EXPECT_EQ(second.due, At(3ms));
}

TEST(LingerTest, TheEndOfTheOnlyBatchInFlightIsIdle) {
  EngineFixture f(OnlyPolicy(LingerPolicy(10, 50ms)));
  f.Submit(0ms, 1);
  f.Submit(1ms, 2);
  f.Submit(2ms, 3);
  f.Reply(0, ReplyKind::kAnswered, 7ms);
  f.RunUntil(7ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1), ElementsAre(2, 3)));
  const BatchRecord second = Answered(f, 1, 9ms);
  EXPECT_EQ(second.reason, FlushReason::kIdle);
  EXPECT_EQ(second.due, At(7ms));
}

TEST(LingerTest, TheEndOfOneOfSeveralIsACompletionUnlessItCameFirst) {
  EngineFixture f(OnlyPolicy(LingerPolicy(2, 50ms)));
  f.Submit(0ms, 1);
  f.RunUntil(0ms);
  f.Submit(1ms, 2);
  f.Submit(1ms, 3);
  f.RunUntil(1ms);
  f.Submit(2ms, 4);
  f.RunUntil(2ms);
  f.Submit(2ms, 5);
  f.RunUntil(2ms);
  ASSERT_THAT(f.keys, SizeIs(3));  // three in flight
  f.Reply(0, ReplyKind::kAnswered, 7ms);
  f.Submit(7ms, 6);  // at equal times the completion came first
  f.RunUntil(8ms - 1ns);
  EXPECT_THAT(f.keys, SizeIs(3));
  f.Reply(1, ReplyKind::kAnswered, 8ms);
  f.RunUntil(8ms);
  EXPECT_THAT(f.keys, SizeIs(4));
  const BatchRecord last = Answered(f, 3, 9ms);
  EXPECT_EQ(last.reason, FlushReason::kCompletion);
  EXPECT_EQ(last.due, At(8ms));
}

TEST(LingerTest, AFullBatchNeedsNotEnoughCalls) {
  EngineOptions options = OnlyPolicy(LingerPolicy(10, 50ms));
  options.queue.max_items = 2;
  EngineFixture f(options);
  f.Submit(0ms, 1);
  f.RunUntil(0ms);
  f.Submit(1ms, 2);
  f.Submit(2ms, 3);
  f.RunUntil(2ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(0ms, 2ms));
  EXPECT_EQ(Answered(f, 1, 3ms).reason, FlushReason::kFullItems);
}

TEST(LingerTest, OnlyTheCallThatMakesThemEnoughMustBeToldAtOnce) {
  EngineOptions options = OnlyPolicy(LingerPolicy(5, 50ms));
  EngineFixture f(options);
  f.Submit(0ms, 1);
  f.RunUntil(0ms);
  f.Submit(1ms, 2);
  EXPECT_EQ(f.engine.quiet_below_calls(), 5U);
  options.queue.max_items = 3;
  f.Tell(Retune{.queue = options.queue}, 2ms);
  EXPECT_EQ(f.engine.quiet_below_calls(), 3U);
}

TEST(QuietTest, ACallLeavesWhenTheGapHasPassed) {
  EngineFixture f(OnlyPolicy(QuietPolicy(2ms, 50ms)));
  f.Submit(1ms, 1);
  f.RunUntil(3ms - 1ns);
  EXPECT_THAT(f.dispatched_at, IsEmpty());
  f.RunUntil(3ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(3ms));
  const BatchRecord batch = Answered(f, 0, 4ms);
  EXPECT_EQ(batch.reason, FlushReason::kIdle);
  EXPECT_EQ(batch.due, At(3ms));
}

TEST(QuietTest, EachCallStartsTheGapAnewTheOneAtItsEndToo) {
  EngineFixture f(OnlyPolicy(QuietPolicy(2ms, 50ms)));
  f.Submit(0ms, 1);
  f.Submit(1ms, 2);
  f.Submit(3ms, 3);        // exactly at the end of the gap
  f.Submit(5ms + 1ns, 4);  // just after it
  f.RunUntil(8ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1, 2, 3), ElementsAre(4)));
  EXPECT_THAT(f.dispatched_at, ElementsAre(5ms, 7ms + 1ns));
}

TEST(QuietTest, ACallThatSharesAnEntryIsACallToo) {
  EngineFixture f(OnlyPolicy(QuietPolicy(2ms, 50ms)));
  f.Submit(0ms, 1);
  f.Submit(1ms, 1);
  f.RunUntil(10ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(3ms));
}

TEST(QuietTest, TheWindowEndsAStreamWithoutGaps) {
  EngineFixture f(OnlyPolicy(QuietPolicy(2ms, 5ms)));
  for (int i = 0; i < 8; ++i) {
    f.Submit(i * 1ms, static_cast<std::uint64_t>(i));
  }
  f.RunUntil(8ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(0, 1, 2, 3, 4, 5)));
  EXPECT_THAT(f.dispatched_at, ElementsAre(5ms));
  EXPECT_EQ(Answered(f, 0, 8ms).reason, FlushReason::kWindow);
}

TEST(QuietTest, AFullBatchWaitsForNoGap) {
  EngineOptions options = OnlyPolicy(QuietPolicy(2ms, 50ms));
  options.queue.max_items = 2;
  EngineFixture f(options);
  f.Submit(0ms, 1);
  f.Submit(1ms, 2);
  f.RunUntil(1ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(1ms));
  EXPECT_EQ(Answered(f, 0, 2ms).reason, FlushReason::kFullItems);
}

TEST(QuietTest, EveryCallMustBeToldAtOnceAsItPutsTheFlushOff) {
  EngineFixture f(OnlyPolicy(QuietPolicy(2ms, 50ms)));
  f.Submit(0ms, 1);
  EXPECT_EQ(f.engine.wake_at(), At(2ms));
  EXPECT_EQ(f.engine.quiet_below_calls(), 0U);
  f.Submit(1ms, 2);
  EXPECT_EQ(f.engine.wake_at(), At(3ms));
}

TEST(CountTest, SoManyCallsLeaveAndOneFewerWaits) {
  EngineFixture f(OnlyPolicy(CountPolicy(3)));
  f.Submit(0ms, 1);
  f.Submit(0ms, 1);
  f.RunUntil(10s - 1ns);
  EXPECT_THAT(f.dispatched_at, IsEmpty());
  f.Submit(10s, 2);
  f.RunUntil(10s);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1, 2)));
  const BatchRecord batch = Answered(f, 0, 11s);
  EXPECT_EQ(batch.reason, FlushReason::kMinSize);
  EXPECT_EQ(batch.due, At(10s));
}

TEST(CountTest, TheLastCallsWaitUntilTheyTimeOut) {
  EngineOptions options = OnlyPolicy(CountPolicy(3));
  options.wire.timeout = 4s;
  EngineFixture f(options);
  const CallId call = f.Submit(1s, 1);
  EXPECT_EQ(f.engine.wake_at(), At(5s));
  EXPECT_EQ(f.engine.quiet_below_calls(), 3U);
  f.RunUntil(5s);
  EXPECT_EQ(f.OutcomeOf(call), Outcome::kTimeout);
  EXPECT_THAT(f.sends, IsEmpty());
}

TEST(CountTest, ADrainSendsTheLastCalls) {
  EngineFixture f(OnlyPolicy(CountPolicy(3)));
  f.Submit(1s, 1);
  f.Tell(Drain{.deadline = At(9s)}, 2s);
  f.RunUntil(2s);
  EXPECT_THAT(f.dispatched_at, ElementsAre(2s));
  EXPECT_EQ(Answered(f, 0, 3s).reason, FlushReason::kDrain);
}

TEST(CountTest, OneThatLeavesCountsNoMore) {
  EngineFixture f(OnlyPolicy(CountPolicy(2)));
  const CallId leaver = f.Submit(0ms, 1);
  f.Tell(Cancel{.call = leaver}, 1ms);
  f.Submit(2ms, 2);
  f.RunUntil(3ms);
  EXPECT_THAT(f.dispatched_at, IsEmpty());
  f.Submit(3ms, 3);
  f.RunUntil(3ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(2, 3)));
}

TEST(CountTest, AFullBatchIsEnough) {
  EngineOptions options = OnlyPolicy(CountPolicy(5));
  options.queue.max_items = 2;
  EngineFixture f(options);
  f.Submit(0ms, 1);
  EXPECT_EQ(f.engine.quiet_below_calls(), 2U);
  f.Submit(1ms, 2);
  f.RunUntil(1ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(1ms));
  EXPECT_EQ(Answered(f, 0, 2ms).reason, FlushReason::kFullItems);
}

TEST(BalanceTest, ALoneCallWaitsForThePrice) {
  EngineFixture f(OnlyPolicy(BalancePolicy(10ms)));
  f.Submit(1ms, 1);
  f.RunUntil(11ms - 1ns);
  EXPECT_THAT(f.dispatched_at, IsEmpty());
  f.RunUntil(11ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(11ms));
  const BatchRecord batch = Answered(f, 0, 12ms);
  EXPECT_EQ(batch.reason, FlushReason::kBudget);
  EXPECT_EQ(batch.due, At(11ms));
}

// At 6 ms they have waited for 6 + 3 + 1 ms.
TEST(BalanceTest, LeavesWhenTheWaitingOfAllTogetherReachesThePrice) {
  EngineFixture f(OnlyPolicy(BalancePolicy(10ms)));
  f.Submit(0ms, 1);
  f.Submit(3ms, 2);
  f.Submit(5ms, 1);  // shares an entry, waits all the same
  EXPECT_EQ(f.engine.quiet_below_calls(), 0U);
  f.RunUntil(6ms - 1ns);
  EXPECT_THAT(f.dispatched_at, IsEmpty());
  f.RunUntil(6ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(6ms));
}

// Three calls reach 10 ns after 3.33 ns each.
TEST(BalanceTest, RoundsUpToTheNextNanosecond) {
  EngineFixture f(OnlyPolicy(BalancePolicy(10ns)));
  for (std::uint64_t key = 0; key < 3; ++key) {
    f.Submit(1ms, key);
  }
  EXPECT_EQ(f.engine.wake_at(), At(1ms + 4ns));
  EngineFixture even(OnlyPolicy(BalancePolicy(9ns)));
  for (std::uint64_t key = 0; key < 3; ++key) {
    even.Submit(1ms, key);
  }
  EXPECT_EQ(even.engine.wake_at(), At(1ms + 3ns));
}

TEST(BalanceTest, ACallThatComesWhenThePriceIsReachedJoins) {
  EngineFixture f(OnlyPolicy(BalancePolicy(10ms)));
  f.Submit(0ms, 1);
  f.Submit(10ms, 2);
  f.Submit(10ms + 1ns, 3);
  f.RunUntil(11ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1, 2)));
  EXPECT_THAT(f.dispatched_at, ElementsAre(10ms));
}

TEST(BalanceTest, TheWaitingOfOneThatLeavesCountsNoMore) {
  EngineFixture f(OnlyPolicy(BalancePolicy(10ms)));
  f.Submit(0ms, 1);
  const CallId leaver = f.Submit(2ms, 2);
  EXPECT_EQ(f.engine.wake_at(), At(6ms));
  f.Tell(Cancel{.call = leaver}, 4ms);
  f.RunUntil(10ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(10ms));
}

TEST(BalanceTest, TheWindowCapsIt) {
  EngineFixture f(OnlyPolicy(BalancePolicy(10ms, 7ms)));
  f.Submit(0ms, 1);
  f.Submit(7ms - 1ns, 2);  // 3.5 ms more until the price is reached
  f.RunUntil(7ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(7ms));
  EXPECT_EQ(Answered(f, 0, 8ms).reason, FlushReason::kWindow);
  f.Submit(20ms, 3);
  f.Submit(20ms, 4);
  f.RunUntil(25ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(7ms, 25ms));
  EXPECT_EQ(Answered(f, 1, 26ms).reason, FlushReason::kBudget);
}

TEST(BalanceTest, WithoutAPriceNoCallWaits) {
  EngineFixture f(OnlyPolicy(BalancePolicy(0ms)));
  f.Submit(1ms, 1);
  f.RunUntil(1ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(1ms));
}

TEST(BalanceTest, WhatAFullBatchLeavesBehindHasItsOwnWaiting) {
  EngineOptions options = OnlyPolicy(BalancePolicy(10ms));
  options.queue.max_items = 2;
  options.queue.max_in_flight = 1;
  EngineFixture f(options);
  f.Submit(0ms, 1);
  f.Submit(1ms, 2);
  f.RunUntil(1ms);  // takes the slot
  f.Submit(2ms, 3);
  f.Submit(3ms, 4);
  f.RunUntil(3ms);  // due, without a slot
  f.Submit(4ms, 5);
  EXPECT_EQ(Answered(f, 0, 5ms).reason, FlushReason::kFullItems);
  f.RunUntil(5ms);
  f.Reply(1, ReplyKind::kAnswered, 6ms);
  f.RunUntil(14ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1, 2), ElementsAre(3, 4), ElementsAre(5)));
  EXPECT_THAT(f.dispatched_at, ElementsAre(1ms, 5ms, 14ms));
}

// The threshold of its first batch: how long a lone call waits.
Duration FirstThreshold(const EngineOptions& options) {
  EngineFixture f(options);
  f.Submit(0ms, 1);
  return f.engine.wake_at().time_since_epoch();
}

EngineOptions Randomly(std::uint64_t seed, Duration price = 10ms) {
  EngineOptions options = OnlyPolicy(BalanceRandomPolicy(price));
  options.seed = seed;
  return options;
}

TEST(BalanceRandomTest, ALoneCallWaitsForItsThreshold) {
  const Duration threshold = FirstThreshold(Randomly(1));
  EXPECT_GT(threshold, 0ms);
  EXPECT_LE(threshold, 10ms);
  EngineFixture f(Randomly(1));
  f.Submit(0ms, 1);
  f.RunUntil(threshold - 1ns);
  EXPECT_THAT(f.dispatched_at, IsEmpty());
  f.RunUntil(threshold);
  EXPECT_THAT(f.dispatched_at, ElementsAre(threshold));
  EXPECT_EQ(Answered(f, 0, 20ms).reason, FlushReason::kBudget);
}

// k calls that came by s reach the threshold after threshold / k, whoever came after s.
TEST(BalanceRandomTest, LeavesAtTheFirstMomentOfAnyOfItsCalls) {
  const Duration threshold = FirstThreshold(Randomly(1));
  EngineFixture f(Randomly(1));
  f.Submit(0ms, 1);
  f.Submit(100ns, 2);
  EXPECT_EQ(f.engine.wake_at(), At(100ns + (threshold + 1ns) / 2));
  f.Submit(200ns, 3);
  EXPECT_EQ(f.engine.wake_at(), At(200ns + (threshold + 2ns) / 3));
  EXPECT_EQ(f.engine.quiet_below_calls(), 0U);
  const Duration before = 200ns + (threshold + 2ns) / 3;
  f.Submit(before - 1ns, 4);  // its own moment would be later
  f.RunUntil(before - 1ns);
  EXPECT_THAT(f.dispatched_at, IsEmpty());
  f.RunUntil(before);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1, 2, 3, 4)));
}

TEST(BalanceRandomTest, TheWindowCapsIt) {
  EngineOptions options = Randomly(1);
  const Duration threshold = FirstThreshold(options);
  options.queue.policy = BalanceRandomPolicy(10ms, threshold - 1ns);
  EngineFixture f(options);
  f.Submit(0ms, 1);
  f.RunUntil(threshold - 1ns);
  EXPECT_EQ(Answered(f, 0, 20ms).reason, FlushReason::kWindow);
  options.queue.policy = BalanceRandomPolicy(10ms, threshold);
  EngineFixture not_capped(options);
  not_capped.Submit(0ms, 1);
  not_capped.RunUntil(threshold);
  EXPECT_EQ(Answered(not_capped, 0, 20ms).reason, FlushReason::kBudget);
}

TEST(BalanceRandomTest, CountsTheRestAnewWhenSomeLeave) {
  const Duration threshold = FirstThreshold(Randomly(1));
  EngineFixture f(Randomly(1));
  f.Submit(0ms, 1);
  const CallId leaver = f.Submit(100ns, 2);
  f.Tell(Cancel{.call = leaver}, 200ns);
  EXPECT_EQ(f.engine.wake_at(), At(threshold));
}

// Another threshold might be over already.
TEST(BalanceRandomTest, ThoseThatRemainKeepTheThreshold) {
  const Duration threshold = FirstThreshold(Randomly(1));
  EngineFixture f(Randomly(1));
  const CallId leaver = f.Submit(0ms, 1);
  f.Submit(100ns, 2);
  f.Tell(Cancel{.call = leaver}, 200ns);
  EXPECT_EQ(f.engine.wake_at(), At(100ns + threshold));
}

TEST(BalanceRandomTest, ACopyDecidesAlikeAndAnotherSeedDoesNot) {
  EngineFixture f(Randomly(1));
  f.Submit(0ms, 1);
  f.RunUntil(10ms);
  EngineFixture copy = f;
  std::vector<Duration> waits;
  for (int i = 2; i < 100; ++i) {
    f.Submit(i * 10ms, 1);
    waits.push_back(f.engine.wake_at() - At(i * 10ms));
    f.RunUntil((i + 1) * 10ms - 1ns);
    copy.Submit(i * 10ms, 1);
    copy.RunUntil((i + 1) * 10ms - 1ns);
  }
  EXPECT_EQ(f.dispatched_at, copy.dispatched_at);
  EXPECT_THAT(f.dispatched_at, SizeIs(99));
  std::sort(waits.begin(), waits.end());
  EXPECT_EQ(std::unique(waits.begin(), waits.end()), waits.end()) << "each batch has its own";
  EXPECT_NE(FirstThreshold(Randomly(1)), FirstThreshold(Randomly(2)));
}

// A lone call costs one who knows the future the price, and this policy 1 + z prices: the mean is
// e / (e - 1). Half of the price is not exceeded with probability (sqrt(e) - 1) / (e - 1).
TEST(BalanceRandomTest, ThresholdsHaveTheDensityOfTheGuarantee) {
  EngineFixture f(Randomly(1, 1ms));
  constexpr int kBatches = 20'000;
  double sum = 0;
  int below_half = 0;
  for (int i = 1; i <= kBatches; ++i) {
    f.Submit(i * 2ms, 1);
    const Duration threshold = f.engine.wake_at() - At(i * 2ms);
    ASSERT_GE(threshold, 0ms);
    ASSERT_LE(threshold, 1ms);
    sum += ToMilliseconds(threshold);
    below_half += threshold <= 500us ? 1 : 0;
    f.RunUntil(i * 2ms + threshold);
    f.Reply(static_cast<std::size_t>(i) - 1, ReplyKind::kAnswered, i * 2ms + 1ms);
  }
  // Four standard errors: 0.28 and 0.49, each divided by sqrt(20,000).
  EXPECT_NEAR(1 + sum / kBatches, std::numbers::e / (std::numbers::e - 1), 0.008);
  EXPECT_NEAR(1.0 * below_half / kBatches, (std::sqrt(std::numbers::e) - 1) / (std::numbers::e - 1),
              0.014);
}

}  // namespace
}  // namespace batcher
