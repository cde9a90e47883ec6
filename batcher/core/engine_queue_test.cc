#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "batcher/core/engine_fixture.h"

// From submit to dispatch: each boundary on both sides, to the nanosecond.

namespace batcher {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(WindowTest, HoldsALoneCallForExactlyTheWindow) {
  EngineFixture f(OnlyPolicy(WindowPolicy(5ms)));
  f.Submit(1ms, 7);
  f.RunUntil(6ms - 1ns);
  EXPECT_THAT(f.dispatched_at, IsEmpty());
  f.RunUntil(6ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(6ms));
}

TEST(WindowTest, ACallThatArrivesExactlyAtItsEndJoins) {
  EngineFixture f(OnlyPolicy(WindowPolicy(5ms)));
  f.Submit(0ms, 1);
  f.Submit(5ms, 2);
  f.Submit(5ms, 3);
  f.Submit(5ms + 1ns, 4);
  f.RunUntil(20ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1, 2, 3), ElementsAre(4)));
}

TEST(WindowTest, IsNotRestartedByLaterCalls) {
  EngineFixture f(OnlyPolicy(WindowPolicy(5ms)));
  for (int i = 0; i < 5; ++i) {
    f.Submit(i * 1ms, static_cast<std::uint64_t>(i));
  }
  f.RunUntil(5ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(5ms));
}

TEST(WindowTest, LeftoversKeepTheirOwnTime) {
  EngineOptions options = OnlyPolicy(WindowPolicy(5ms));
  options.queue.max_items = 2;
  EngineFixture f(options);
  f.Submit(0ms, 1);
  f.Submit(3ms, 2);
  f.Submit(3ms, 3);
  f.RunUntil(20ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1, 2), ElementsAre(3)));
  EXPECT_THAT(f.dispatched_at, ElementsAre(3ms, 8ms));
}

TEST(LimitsTest, AFullBatchLeavesAtOnceAndOneLessWaits) {
  EngineOptions options = OnlyPolicy(WindowPolicy(5ms));
  options.queue.max_items = 3;
  EngineFixture f(options);
  f.Submit(0ms, 1);
  f.Submit(1ms, 2);
  f.RunUntil(2ms - 1ns);
  EXPECT_THAT(f.dispatched_at, IsEmpty());
  f.Submit(2ms, 3);
  f.RunUntil(2ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(2ms));
  f.Reply(0, ReplyKind::kAnswered, 3ms);
  EXPECT_EQ(f.batches.at(0).reason, FlushReason::kFullItems);
  EXPECT_EQ(f.batches.at(0).due, At(2ms));
}

TEST(LimitsTest, BytesFillABatchToo) {
  EngineOptions options = OnlyPolicy(WindowPolicy(5ms));
  options.queue.max_bytes = 10;
  EngineFixture f(options);
  f.Submit(0ms, 1, 4);
  f.Submit(1ms, 2, 5);
  f.RunUntil(2ms - 1ns);
  EXPECT_THAT(f.dispatched_at, IsEmpty());
  f.Submit(2ms, 3, 1);
  f.RunUntil(2ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1, 2, 3)));
  f.Submit(3ms, 4, 6);
  f.Submit(4ms, 5, 6);  // 12 bytes: the batch holds only the first
  f.RunUntil(4ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1, 2, 3), ElementsAre(4)));
  f.Reply(1, ReplyKind::kAnswered, 5ms);
  EXPECT_EQ(f.batches.back().reason, FlushReason::kFullBytes);
}

TEST(LimitsTest, ABatchIsFullSinceTheCallThatFilledItNotCountingThoseThatLeft) {
  EngineOptions options = OnlyPolicy(WindowPolicy(1s));
  options.queue.max_items = 3;
  EngineFixture f(options);
  f.Submit(0ms, 1);
  const CallId leaver = f.Submit(1ms, 2);
  f.Tell(Cancel{.call = leaver}, 2ms);
  f.Submit(3ms, 3);
  f.Submit(100ms, 4);
  f.RunUntil(100ms);
  f.Reply(0, ReplyKind::kAnswered, 101ms);
  EXPECT_EQ(f.batches.at(0).due, At(100ms));
  EXPECT_EQ(f.batches.at(0).timer_lag, 0ns);
}

TEST(LimitsTest, AllFullBatchesOfABurstLeaveAndTheRestWaits) {
  EngineOptions options = OnlyPolicy(WindowPolicy(5ms));
  options.queue.max_items = 2;
  EngineFixture f(options);
  for (std::uint64_t key = 0; key < 5; ++key) {
    f.Submit(1ms, key);
  }
  f.RunUntil(20ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(0, 1), ElementsAre(2, 3), ElementsAre(4)));
  EXPECT_THAT(f.dispatched_at, ElementsAre(1ms, 1ms, 6ms));
}

TEST(LimitsTest, AnItemThatFitsNoBatchIsRefused) {
  EngineOptions options = OnlyPolicy(WindowPolicy(5ms));
  options.queue.max_bytes = 10;
  EngineFixture f(options);
  EXPECT_EQ(f.OutcomeOf(f.Submit(0ms, 1, 11)), Outcome::kRejectedTooLarge);
  EXPECT_EQ(f.OutcomeOf(f.Submit(0ms, 2, 10)), std::nullopt);
}

TEST(LimitsTest, RefusesTheCallAfterMaxQueued) {
  EngineOptions options = OnlyPolicy(WindowPolicy(5ms));
  options.queue.max_queued = 2;
  EngineFixture f(options);
  EXPECT_EQ(f.OutcomeOf(f.Submit(0ms, 1)), std::nullopt);
  EXPECT_EQ(f.OutcomeOf(f.Submit(0ms, 1)),
            std::nullopt);  // shares an entry, is a call all the same
  EXPECT_EQ(f.OutcomeOf(f.Submit(0ms, 3)), Outcome::kRejectedQueueFull);
  EXPECT_EQ(f.OutcomeOf(f.Submit(0ms, 1)), Outcome::kRejectedQueueFull);
  f.RunUntil(5ms);
  EXPECT_EQ(f.OutcomeOf(f.Submit(6ms, 4)), std::nullopt);
}

TEST(SlotsTest, ADueBatchWaitsForASlotAndKeepsItsReason) {
  EngineOptions options = OnlyPolicy(WindowPolicy(5ms));
  options.queue.max_in_flight = 1;
  EngineFixture f(options);
  f.Submit(0ms, 1);
  f.RunUntil(5ms);
  f.Submit(6ms, 2);
  f.Submit(8ms, 3);
  f.RunUntil(29ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(5ms));
  f.Reply(0, ReplyKind::kAnswered, 30ms);
  f.RunUntil(30ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(5ms, 30ms));
  f.Reply(1, ReplyKind::kAnswered, 40ms);
  const BatchRecord& second = f.batches.at(1);
  EXPECT_EQ(second.reason, FlushReason::kWindow);
  EXPECT_EQ(second.due, At(11ms));
  EXPECT_EQ(second.timer_lag, 0ns);
  EXPECT_EQ(f.calls.at(1).due - f.calls.at(1).submitted, 5ms);    // linger
  EXPECT_EQ(f.calls.at(1).dispatched - f.calls.at(1).due, 19ms);  // slot wait
}

TEST(SlotsTest, ALateWakeIsTimerLag) {
  Engine engine(OnlyPolicy(WindowPolicy(5ms)));
  Effects effects;
  engine.On(Submit{.key = 1, .submitted = At(0ms)}, At(0ms), effects);
  engine.On(Wake{}, At(7ms), effects);
  engine.On(Reply{.request = effects.sends.at(0).request}, At(9ms), effects);
  EXPECT_EQ(effects.batches.at(0).record.due, At(5ms));
  EXPECT_EQ(effects.batches.at(0).record.timer_lag, 2ms);
}

TEST(SlotsTest, WhatWaitedForASlotWasNotOverslept) {
  EngineOptions options = OnlyPolicy(WindowPolicy(5ms));
  options.queue.max_in_flight = 1;
  options.queue.max_items = 1;
  EngineFixture f(options);
  for (std::uint64_t key = 0; key < 3; ++key) {
    f.Submit(key * 1ms, key);
    f.RunUntil(key * 1ms);
  }
  for (std::size_t i = 0; i < 3; ++i) {
    f.Reply(i, ReplyKind::kAnswered, 50ms + i * 10ms);
    f.RunUntil(50ms + i * 10ms);
  }
  EXPECT_EQ(f.batches.at(2).due, At(2ms));
  EXPECT_EQ(f.batches.at(2).dispatched, At(60ms));
  for (const BatchRecord& batch : f.batches) {
    EXPECT_EQ(batch.timer_lag, 0ns);
  }
}

TEST(SlotsTest, AFlushWhoseCallsHaveAllLeftIsOver) {
  EngineOptions options = OnlyPolicy(WindowPolicy(5ms));
  options.queue.max_in_flight = 1;
  EngineFixture f(options);
  f.Submit(0ms, 1);
  f.RunUntil(5ms);
  const CallId leaver = f.Submit(6ms, 2);
  f.RunUntil(12ms);  // due at 11 ms, and no slot
  f.Tell(Cancel{.call = leaver}, 13ms);
  f.Submit(20ms, 3);
  f.Reply(0, ReplyKind::kAnswered, 21ms);
  f.RunUntil(25ms - 1ns);
  EXPECT_THAT(f.dispatched_at, ElementsAre(5ms)) << "the later call has a window of its own";
  f.RunUntil(25ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(5ms, 25ms));
}

TEST(NaturalTest, SendsAtOnceWhenASlotIsFreeAndGathersWhileNoneIs) {
  EngineOptions options = OnlyPolicy(NaturalPolicy());
  options.queue.max_in_flight = 1;
  EngineFixture f(options);
  f.Submit(1ms, 1);
  f.Submit(2ms, 2);
  f.Submit(3ms, 3);
  f.Reply(0, ReplyKind::kAnswered, 10ms);
  f.RunUntil(10ms);
  f.Reply(1, ReplyKind::kAnswered, 20ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1), ElementsAre(2, 3)));
  EXPECT_THAT(f.dispatched_at, ElementsAre(1ms, 10ms));
  EXPECT_EQ(f.batches.at(0).reason, FlushReason::kIdle);
  EXPECT_EQ(f.batches.at(1).reason, FlushReason::kCompletion);
  EXPECT_EQ(f.calls.at(1).due, At(2ms));  // it never chose to wait
}

TEST(TickTest, SendsWhatIsQueuedAtEachTickAndAwaitsIt) {
  EngineFixture f(OnlyPolicy(TickPolicy(100ms)));
  f.Submit(30ms, 1);
  f.Submit(100ms, 2);  // exactly at the tick: found by it
  f.Submit(100ms + 1ns, 3);
  f.RunUntil(250ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1, 2)));
  EXPECT_THAT(f.dispatched_at, ElementsAre(100ms));
  f.Reply(0, ReplyKind::kAnswered, 270ms);
  f.RunUntil(370ms - 1ns);
  EXPECT_THAT(f.keys, SizeIs(1));
  f.RunUntil(370ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1, 2), ElementsAre(3)));
}

TEST(TickTest, EmptyTicksPassUnslept) {
  EngineFixture f(OnlyPolicy(TickPolicy(100ms)));
  EXPECT_EQ(f.engine.wake_at(), kNever);
  f.Submit(950ms + 1ns, 1);
  f.RunUntil(1s);
  EXPECT_THAT(f.dispatched_at, ElementsAre(1s));
}

TEST(TickTest, AllLeaveAtOnceInAsManyBatchesAsItTakes) {
  EngineOptions options = OnlyPolicy(TickPolicy(100ms));
  options.queue.max_items = 10;
  EngineFixture f(options);
  for (std::uint64_t key = 0; key < 25; ++key) {
    f.Submit(1ms, key);
  }
  f.RunUntil(100ms);
  ASSERT_THAT(f.keys, SizeIs(3));
  EXPECT_THAT(f.dispatched_at, ElementsAre(100ms, 100ms, 100ms));
  EXPECT_THAT(f.keys[2], ElementsAre(20, 21, 22, 23, 24));
  f.Submit(110ms, 99);
  f.Reply(0, ReplyKind::kAnswered, 120ms);
  f.Reply(1, ReplyKind::kAnswered, 130ms);
  f.RunUntil(229ms);
  EXPECT_THAT(f.keys, SizeIs(3)) << "the third batch is still awaited";
  f.Reply(2, ReplyKind::kAnswered, 230ms);
  f.RunUntil(330ms);
  EXPECT_EQ(f.dispatched_at.back(), 330ms);
  EXPECT_EQ(f.batches.at(0).reason, FlushReason::kTick);
}

TEST(TickTest, WithoutAwaitingItTicksOn) {
  Choice policy = TickPolicy(100ms);
  policy.Set("awaits", 0);
  policy.Set("phase", 30e6);
  EngineFixture f(OnlyPolicy(policy));
  f.Submit(0ms, 1);
  f.Submit(31ms, 2);
  f.Submit(130ms + 1ns, 3);
  f.RunUntil(1s);
  EXPECT_THAT(f.dispatched_at, ElementsAre(30ms, 130ms, 230ms));
}

TEST(TickTest, WhatComesWhileItWaitsForASlotIsForTheNextTick) {
  Choice policy = TickPolicy(100ms);
  policy.Set("awaits", 0);
  EngineOptions options = OnlyPolicy(policy);
  options.queue.max_items = 2;
  options.queue.max_in_flight = 1;
  EngineFixture f(options);
  for (std::uint64_t key = 1; key <= 3; ++key) {
    f.Submit(1ms, key);
  }
  f.RunUntil(100ms);
  f.Submit(110ms, 4);
  f.Reply(0, ReplyKind::kAnswered, 120ms);
  f.RunUntil(120ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1, 2), ElementsAre(3)));
  f.Reply(1, ReplyKind::kAnswered, 130ms);
  f.RunUntil(1s);
  EXPECT_THAT(f.dispatched_at, ElementsAre(100ms, 120ms, 200ms));
}

TEST(UnbatchedTest, WithoutASingleEndpointEachIsABatchOfOne) {
  EngineOptions options = OnlyPolicy(UnbatchedPolicy());
  options.has_single = false;
  EngineFixture f(options);
  f.Submit(0ms, 1);
  f.Submit(0ms, 2);
  f.RunUntil(0ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1), ElementsAre(2)));
  EXPECT_EQ(f.sends.at(0).kind, RequestKind::kSubmit);
}

TEST(UnbatchedTest, EachCallLeavesByItselfThroughTheSingleEndpoint) {
  EngineOptions options = OnlyPolicy(UnbatchedPolicy());
  options.queue.max_in_flight = 2;
  EngineFixture f(options);
  for (std::uint64_t key = 1; key <= 3; ++key) {
    f.Submit(0ms, key);
  }
  f.RunUntil(0ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1), ElementsAre(2)));
  EXPECT_EQ(f.sends.at(0).kind, RequestKind::kSingle);
  f.Reply(0, ReplyKind::kAnswered, 4ms);
  f.RunUntil(4ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(0ms, 0ms, 4ms));
}

TEST(SingleTest, FewerThanSingleBelowLeaveOneByOne) {
  for (const std::size_t single_below : {1U, 2U, 3U}) {
    for (const std::size_t entries : {1U, 2U, 3U}) {
      EngineOptions options = OnlyPolicy(WindowPolicy(5ms));
      options.queue.single_below = single_below;
      EngineFixture f(options);
      for (std::uint64_t key = 0; key < entries; ++key) {
        f.Submit(0ms, key);
      }
      f.RunUntil(5ms);
      const bool singly = entries < single_below;
      EXPECT_EQ(f.sends.size(), singly ? entries : 1U);
      EXPECT_EQ(f.sends.at(0).kind, singly ? RequestKind::kSingle : RequestKind::kSubmit);
      for (std::size_t i = 0; i < f.sends.size(); ++i) {
        f.Reply(i, ReplyKind::kAnswered, 6ms);
        EXPECT_EQ(f.batches.at(i).reason, FlushReason::kWindow);
        EXPECT_EQ(f.batches.at(i).due, At(5ms));
        EXPECT_EQ(f.batches.at(i).endpoint, singly ? EndpointKind::kSingle : EndpointKind::kBatch);
      }
    }
  }
}

TEST(SingleTest, CountsEntriesNotCalls) {
  EngineOptions options = OnlyPolicy(WindowPolicy(5ms));
  options.queue.single_below = 2;
  EngineFixture f(options);
  f.Submit(0ms, 1);
  f.Submit(0ms, 1);
  f.RunUntil(5ms);
  EXPECT_EQ(f.sends.at(0).kind, RequestKind::kSingle);
  f.Reply(0, ReplyKind::kAnswered, 6ms);
  EXPECT_THAT(f.outcomes, SizeIs(2));
}

TEST(SingleTest, EachTakesASlotOfItsOwn) {
  EngineOptions options = OnlyPolicy(WindowPolicy(5ms));
  options.queue.single_below = 4;
  options.queue.max_in_flight = 2;
  EngineFixture f(options);
  for (std::uint64_t key = 0; key < 3; ++key) {
    f.Submit(0ms, key);
  }
  f.RunUntil(5ms);
  EXPECT_THAT(f.keys, SizeIs(2));
  f.Reply(0, ReplyKind::kAnswered, 9ms);
  f.RunUntil(9ms);
  EXPECT_THAT(f.keys, SizeIs(3));
  EXPECT_EQ(f.sends.at(2).kind, RequestKind::kSingle);
}

TEST(SingleTest, WithoutASingleEndpointALoneCallIsABatch) {
  EngineOptions options = OnlyPolicy(WindowPolicy(5ms));
  options.queue.single_below = 3;
  options.has_single = false;
  EngineFixture f(options);
  f.Submit(0ms, 1);
  f.RunUntil(5ms);
  EXPECT_EQ(f.sends.at(0).kind, RequestKind::kSubmit);
}

TEST(DedupTest, EqualKeysShareAnEntryWhileItIsQueued) {
  EngineFixture f(OnlyPolicy(WindowPolicy(5ms)));
  const CallId first = f.Submit(0ms, 7);
  const CallId second = f.Submit(1ms, 7);
  f.RunUntil(5ms);
  const CallId third = f.Submit(6ms, 7);
  f.RunUntil(11ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(7), ElementsAre(7)));
  f.Reply(0, ReplyKind::kAnswered, 12ms);
  EXPECT_EQ(f.OutcomeOf(first), Outcome::kValue);
  EXPECT_EQ(f.OutcomeOf(second), Outcome::kValue);
  EXPECT_EQ(f.OutcomeOf(third), std::nullopt);
  EXPECT_EQ(f.batches.at(0).calls, 2U);
  EXPECT_EQ(f.batches.at(0).entries, 1U);
}

TEST(DedupTest, JoinsAnEntryInFlightIfToldTo) {
  EngineOptions options = OnlyPolicy(WindowPolicy(5ms));
  options.queue.join_in_flight = true;
  EngineFixture f(options);
  f.Submit(0ms, 7);
  f.RunUntil(5ms);
  const CallId joined = f.Submit(8ms, 7);
  f.Reply(0, ReplyKind::kAnswered, 12ms);
  EXPECT_EQ(f.OutcomeOf(joined), Outcome::kValue);
  EXPECT_THAT(f.keys, SizeIs(1));
  EXPECT_EQ(f.calls.back().dispatched, At(8ms));
  const CallId later = f.Submit(13ms, 7);  // the batch is over: an entry of its own
  f.RunUntil(18ms);
  EXPECT_EQ(f.OutcomeOf(later), std::nullopt);
  EXPECT_THAT(f.keys, SizeIs(2));
}

TEST(DedupTest, JoinsNoEntryThatEveryoneHasLeft) {
  EngineOptions options = OnlyPolicy(WindowPolicy(5ms));
  options.queue.join_in_flight = true;
  EngineFixture f(options);
  const CallId leaver = f.Submit(0ms, 7);
  f.Submit(0ms, 8);
  f.RunUntil(5ms);
  f.Tell(Cancel{.call = leaver}, 6ms);
  const CallId later = f.Submit(7ms, 7);
  f.Reply(0, ReplyKind::kAnswered, 8ms);
  EXPECT_EQ(f.OutcomeOf(later), std::nullopt);
  f.RunUntil(12ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(7, 8), ElementsAre(7)));
  f.Reply(1, ReplyKind::kAnswered, 13ms);
  EXPECT_EQ(f.OutcomeOf(later), Outcome::kValue);
}

TEST(DedupTest, JoiningOneInFlightIsNoBusinessOfTheFullQueue) {
  EngineOptions options = OnlyPolicy(WindowPolicy(5ms));
  options.queue.join_in_flight = true;
  options.queue.max_queued = 1;
  EngineFixture f(options);
  f.Submit(0ms, 7);
  f.RunUntil(5ms);
  f.Submit(6ms, 8);
  EXPECT_EQ(f.OutcomeOf(f.Submit(6ms, 7)), std::nullopt);
  EXPECT_EQ(f.OutcomeOf(f.Submit(6ms, 9)), Outcome::kRejectedQueueFull);
}

TEST(DedupTest, CanBeSwitchedOff) {
  EngineOptions options = OnlyPolicy(WindowPolicy(5ms));
  options.queue.dedup = false;
  EngineFixture f(options);
  f.Submit(0ms, 7);
  f.Submit(0ms, 7);
  f.RunUntil(5ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(7, 7)));
}

TEST(FlushTest, SendsWhatIsQueuedAndLeavesLaterCallsToThePolicy) {
  EngineFixture f(OnlyPolicy(WindowPolicy(5ms)));
  f.Submit(0ms, 1);
  f.Submit(1ms, 2);
  f.Tell(Flush{}, 2ms);
  f.RunUntil(2ms);
  f.Submit(3ms, 3);
  f.RunUntil(20ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(2ms, 8ms));
  f.Reply(0, ReplyKind::kAnswered, 21ms);
  EXPECT_EQ(f.batches.at(0).reason, FlushReason::kManual);
}

TEST(FlushTest, WaitsForASlotAndTakesOnlyWhatWasQueued) {
  EngineOptions options = OnlyPolicy(WindowPolicy(50ms));
  options.queue.max_in_flight = 1;
  EngineFixture f(options);
  f.Tell(Flush{}, 0ms);  // nothing is queued: nothing happens, now or later
  f.Submit(1ms, 1);
  f.RunUntil(51ms);
  f.Submit(52ms, 2);
  f.Tell(Flush{}, 53ms);
  f.Submit(54ms, 3);
  f.Reply(0, ReplyKind::kAnswered, 60ms);
  f.RunUntil(60ms);
  f.Reply(1, ReplyKind::kAnswered, 61ms);
  f.RunUntil(200ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1), ElementsAre(2), ElementsAre(3)));
  EXPECT_THAT(f.dispatched_at, ElementsAre(51ms, 60ms, 104ms));
  EXPECT_EQ(f.batches.at(1).reason, FlushReason::kManual);
  EXPECT_EQ(f.batches.at(1).due, At(53ms));
}

TEST(RetuneTest, SmallerBatchesAndFewerSlotsHoldFromThenOn) {
  EngineOptions options = OnlyPolicy(WindowPolicy(1s));
  EngineFixture f(options);
  for (std::uint64_t key = 0; key < 5; ++key) {
    f.Submit(0ms, key);
  }
  options.queue.max_items = 2;
  options.queue.max_in_flight = 1;
  f.Tell(Retune{.queue = options.queue}, 2ms);
  f.RunUntil(2ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(0, 1)));
  f.Reply(0, ReplyKind::kAnswered, 3ms);
  f.RunUntil(3ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(0, 1), ElementsAre(2, 3)));
  EXPECT_EQ(f.batches.at(0).timer_lag, 0ns) << "it could not leave sooner";
}

TEST(RetuneTest, ShortensTheWindowOfWhatIsQueued) {
  EngineFixture f(OnlyPolicy(WindowPolicy(50ms)));
  f.Submit(0ms, 1);
  QueueOptions queue = OnlyPolicy(WindowPolicy(5ms)).queue;
  f.Tell(Retune{.queue = queue}, 2ms);
  f.RunUntil(5ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(5ms));
}

TEST(DrainTest, SendsWhatIsQueuedThroughTheSlotsAndRefusesTheRest) {
  EngineOptions options = OnlyPolicy(WindowPolicy(1s));
  options.queue.max_in_flight = 1;
  options.queue.max_items = 2;
  EngineFixture f(options);
  for (std::uint64_t key = 1; key <= 3; ++key) {
    f.Submit(0ms, key);
  }
  f.Tell(Drain{.deadline = At(100ms)}, 10ms);
  f.RunUntil(10ms);
  EXPECT_EQ(f.OutcomeOf(f.Submit(11ms, 4)), Outcome::kRejectedDraining);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1, 2)));
  f.Reply(0, ReplyKind::kAnswered, 20ms);
  f.RunUntil(20ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1, 2), ElementsAre(3)));
  f.Reply(1, ReplyKind::kAnswered, 30ms);
  EXPECT_EQ(f.batches.at(1).reason, FlushReason::kDrain);
  EXPECT_EQ(f.engine.live_calls(), 0U);
}

TEST(DrainTest, EndsAtItsDeadlineWhatHasNoOutcome) {
  EngineOptions options = OnlyPolicy(WindowPolicy(1s));
  options.queue.max_in_flight = 1;
  options.queue.max_items = 1;
  EngineFixture f(options);
  const CallId in_flight = f.Submit(0ms, 1);
  const CallId queued = f.Submit(0ms, 2);
  f.Tell(Drain{.deadline = At(100ms)}, 10ms);
  f.RunUntil(100ms - 1ns);
  EXPECT_EQ(f.OutcomeOf(in_flight), std::nullopt);
  f.RunUntil(100ms);
  EXPECT_EQ(f.OutcomeOf(in_flight), Outcome::kShutDown);
  EXPECT_EQ(f.OutcomeOf(queued), Outcome::kShutDown);
  EXPECT_EQ(f.abandoned, 1U);
  EXPECT_EQ(f.engine.in_flight(), 0U);
}

TEST(DrainTest, TheEarlierOfTwoDeadlinesHolds) {
  EngineFixture f(OnlyPolicy(WindowPolicy(1s)));
  const CallId call = f.Submit(0ms, 1);
  f.Tell(Drain{.deadline = At(50ms)}, 10ms);
  f.Tell(Drain{.deadline = At(500ms)}, 20ms);
  f.RunUntil(50ms - 1ns);
  EXPECT_EQ(f.OutcomeOf(call), std::nullopt);
  f.RunUntil(50ms);
  EXPECT_EQ(f.OutcomeOf(call), Outcome::kShutDown);
}

TEST(DrainTest, WithADeadlineOfNowNothingIsSent) {
  EngineFixture f(OnlyPolicy(WindowPolicy(1s)));
  const CallId call = f.Submit(0ms, 1);
  f.Tell(Drain{.deadline = At(10ms)}, 10ms);
  f.RunUntil(10ms);
  EXPECT_EQ(f.OutcomeOf(call), Outcome::kShutDown);
  EXPECT_THAT(f.sends, IsEmpty());
  EXPECT_EQ(f.engine.wake_at(), kNever);
}

}  // namespace
}  // namespace batcher
