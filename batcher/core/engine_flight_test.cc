#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "batcher/core/engine_fixture.h"

// From dispatch to the outcome: replies, retries, cancels, time-outs, the limits of the wire.

namespace batcher {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;

// Each call leaves at once in a batch of its own key or keys, never singly.
EngineOptions AtOnce() { return OnlyPolicy(WindowPolicy(0ms)); }

EngineOptions Polled(Duration every) {
  EngineOptions options = AtOnce();
  options.wire.poll = FixedPoll(every);
  return options;
}

TEST(FanOutTest, GivesEachEntryItsOutcomeAndWhatLacksOneAMissingResult) {
  EngineFixture f(OnlyPolicy(WindowPolicy(5ms)));
  std::vector<CallId> calls;
  for (std::uint64_t key = 0; key < 4; ++key) {
    calls.push_back(f.Submit(0ms, key));
  }
  f.RunUntil(5ms);
  f.Reply(0, ReplyKind::kAnswered, 9ms,
          std::vector<Outcome>{Outcome::kValue, Outcome::kNotFound, Outcome::kFailedBadReply});
  EXPECT_EQ(f.OutcomeOf(calls[0]), Outcome::kValue);
  EXPECT_EQ(f.OutcomeOf(calls[1]), Outcome::kNotFound);
  EXPECT_EQ(f.OutcomeOf(calls[2]), Outcome::kFailedBadReply);
  EXPECT_EQ(f.OutcomeOf(calls[3]), Outcome::kMissingResult);
  EXPECT_EQ(f.batches.at(0).outcome, Outcome::kValue);
}

TEST(PollingTest, PollsAfterEachReplyUntilTheAnswer) {
  EngineFixture f(Polled(100ms));
  const CallId call = f.Submit(0ms, 1);
  f.RunUntil(0ms);
  f.Reply(0, ReplyKind::kPending, 10ms);
  f.RunUntil(110ms);
  f.Reply(1, ReplyKind::kPending, 115ms);
  f.RunUntil(215ms);
  f.Reply(2, ReplyKind::kAnswered, 220ms);
  EXPECT_THAT(f.sent_at, ElementsAre(0ms, 110ms, 215ms));
  EXPECT_EQ(f.sends.at(1).kind, RequestKind::kPoll);
  EXPECT_EQ(f.OutcomeOf(call), Outcome::kValue);
  EXPECT_EQ(f.batches.at(0).polls, 2U);
  EXPECT_EQ(f.batches.at(0).attempts, 1U);
}

TEST(PollingTest, NeverComesSoonerThanMinPoll) {
  EngineOptions options = Polled(100ms);
  options.wire.min_poll = 1s;
  EngineFixture f(options);
  f.Submit(0ms, 1);
  f.RunUntil(0ms);
  f.Reply(0, ReplyKind::kPending, 10ms);
  f.RunUntil(3s);
  EXPECT_EQ(f.sent_at.at(1), 1010ms);
}

TEST(PollingTest, NorDoesThePollAfterAFailedOne) {
  EngineOptions options = Polled(100ms);
  options.wire.min_poll = 1s;
  EngineFixture f(options);
  f.Submit(0ms, 1);
  f.RunUntil(0ms);
  f.Reply(0, ReplyKind::kPending, 0ms);
  f.RunUntil(1s);
  f.Reply(1, ReplyKind::kFailed, 1010ms);
  f.RunUntil(5s);
  EXPECT_EQ(f.sent_at.at(2), 2010ms);
}

TEST(RetryTest, RepeatsTheRequestUntilTheRetriesAreUsedUp) {
  EngineOptions options = AtOnce();
  options.wire.retries = 2;
  EngineFixture f(options);
  const CallId call = f.Submit(0ms, 1);
  f.RunUntil(0ms);
  f.Reply(0, ReplyKind::kFailed, 10ms);
  f.RunUntil(1s);
  ASSERT_THAT(f.sends, SizeIs(2));
  EXPECT_GE(f.sent_at[1], 60ms);  // 50 .. 150 % of 100 ms
  EXPECT_LE(f.sent_at[1], 160ms);
  EXPECT_EQ(f.sends[1].attempt, 1U);
  f.Reply(1, ReplyKind::kFailed, 1s);
  f.RunUntil(2s);
  ASSERT_THAT(f.sends, SizeIs(3));
  EXPECT_GE(f.sent_at[2], 1100ms);  // 50 .. 150 % of 200 ms
  EXPECT_LE(f.sent_at[2], 1300ms);
  EXPECT_EQ(f.OutcomeOf(call), std::nullopt);
  f.Reply(2, ReplyKind::kFailed, 2s);
  EXPECT_EQ(f.OutcomeOf(call), Outcome::kFailedStatus);
  EXPECT_EQ(f.batches.at(0).attempts, 3U);
  EXPECT_EQ(f.batches.at(0).accepted, 0U);
}

TEST(RetryTest, WaitsAsLongAsTheServiceAsks) {
  EngineFixture f(AtOnce());
  f.Submit(0ms, 1);
  f.RunUntil(0ms);
  f.Reply(0, ReplyKind::kFailed, 10ms, std::nullopt, 5s);
  f.RunUntil(5010ms - 1ns);
  EXPECT_THAT(f.sends, SizeIs(1));
  f.RunUntil(5010ms);
  EXPECT_THAT(f.sends, SizeIs(2));
}

TEST(RetryTest, IsNotHurriedByAServiceThatAsksForLittle) {
  EngineFixture f(AtOnce());
  f.Submit(0ms, 1);
  f.RunUntil(0ms);
  f.Reply(0, ReplyKind::kFailed, 10ms, std::nullopt, 1ns);
  f.RunUntil(5s);
  EXPECT_GE(f.sent_at.at(1), 60ms);  // 50 % of the backoff of 100 ms
}

TEST(RetryTest, NeverFollowsARefusal) {
  EngineFixture f(AtOnce());
  const CallId call = f.Submit(0ms, 1);
  f.RunUntil(0ms);
  f.Reply(0, ReplyKind::kRefused, 10ms);
  f.RunUntil(20s);
  EXPECT_THAT(f.sends, SizeIs(1));
  EXPECT_EQ(f.OutcomeOf(call), Outcome::kFailedStatus);
}

TEST(RetryTest, AFailedPollRepeatsThePollAndALostBatchTheSubmit) {
  EngineFixture f(Polled(100ms));
  const CallId call = f.Submit(0ms, 1);
  f.RunUntil(0ms);
  f.Reply(0, ReplyKind::kPending, 0ms);
  f.RunUntil(100ms);
  f.Reply(1, ReplyKind::kFailed, 100ms);
  f.RunUntil(1s);
  f.Reply(2, ReplyKind::kLost, 1s);
  f.RunUntil(2s);
  f.Reply(3, ReplyKind::kAnswered, 2s);
  std::vector<RequestKind> kinds;
  for (const Send& send : f.sends) {
    kinds.push_back(send.kind);
  }
  EXPECT_THAT(kinds, ElementsAre(RequestKind::kSubmit, RequestKind::kPoll, RequestKind::kPoll,
                                 RequestKind::kSubmit));
  EXPECT_EQ(f.OutcomeOf(call), Outcome::kValue);
  EXPECT_EQ(f.batches.at(0).accepted, 2U);
  EXPECT_EQ(f.batches.at(0).attempted, At(2s));
}

TEST(CancelTest, AQueuedCallLeavesAndTakesItsEntryAlong) {
  EngineFixture f(OnlyPolicy(WindowPolicy(5ms)));
  const CallId kept = f.Submit(0ms, 1);
  const CallId cancelled = f.Submit(0ms, 2);
  f.Tell(Cancel{.call = cancelled}, 1ms);
  EXPECT_EQ(f.OutcomeOf(cancelled), Outcome::kCancelled);
  f.RunUntil(5ms);
  EXPECT_THAT(f.keys, ElementsAre(ElementsAre(1)));
  f.Reply(0, ReplyKind::kAnswered, 6ms);
  EXPECT_EQ(f.OutcomeOf(kept), Outcome::kValue);
  f.Tell(Cancel{.call = kept}, 7ms);  // ended: left alone
  f.Tell(Cancel{.call = 999}, 7ms);   // never was
}

TEST(CancelTest, TheWindowRunsFromTheOldestThatIsLeft) {
  EngineFixture f(OnlyPolicy(WindowPolicy(5ms)));
  const CallId first = f.Submit(0ms, 1);
  f.Submit(3ms, 2);
  f.Tell(Cancel{.call = first}, 4ms);
  f.RunUntil(20ms);
  EXPECT_THAT(f.dispatched_at, ElementsAre(8ms));
}

TEST(CancelTest, AnyWaiterOfASharedEntryMayLeave) {
  for (int leaver = 0; leaver < 3; ++leaver) {
    for (const bool queued : {true, false}) {
      EngineFixture f(OnlyPolicy(WindowPolicy(5ms)));
      std::vector<CallId> calls;
      for (int i = 0; i < 3; ++i) {
        calls.push_back(f.Submit(0ms, 7));
      }
      if (!queued) {
        f.RunUntil(5ms);
      }
      const auto index = static_cast<std::size_t>(leaver);
      f.Tell(Cancel{.call = calls[index]}, queued ? 1ms : 6ms);
      f.RunUntil(7ms);
      f.Reply(0, ReplyKind::kAnswered, 9ms);
      for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(f.OutcomeOf(calls[i]), i == index ? Outcome::kCancelled : Outcome::kValue);
      }
    }
  }
}

TEST(CancelTest, TheLastWaiterOfABatchEndsItAndOnlyTheReplyFreesTheConnection) {
  EngineOptions options = AtOnce();
  options.wire.max_connections = 1;
  EngineFixture f(options);
  const CallId call = f.Submit(0ms, 1);
  f.RunUntil(0ms);
  f.Tell(Cancel{.call = call}, 1ms);
  EXPECT_EQ(f.abandoned, 1U);
  EXPECT_EQ(f.engine.in_flight(), 0U);
  f.Submit(2ms, 2);
  f.RunUntil(2ms);
  EXPECT_THAT(f.keys, SizeIs(2)) << "the slot is free";
  EXPECT_THAT(f.sends, SizeIs(1)) << "the connection is not";
  f.Reply(0, ReplyKind::kAnswered, 3ms);
  f.RunUntil(3ms);
  EXPECT_THAT(f.sends, SizeIs(2));
  EXPECT_EQ(f.OutcomeOf(call), Outcome::kCancelled);
}

TEST(TimeoutTest, EndsACallExactlyAtItsTimeQueuedOrInFlight) {
  EngineOptions options = OnlyPolicy(WindowPolicy(5ms));
  options.queue.max_in_flight = 1;
  options.queue.max_items = 1;
  options.wire.timeout = 1s;
  EngineFixture f(options);
  const CallId in_flight = f.Submit(0ms, 1);
  const CallId queued = f.Submit(1ms, 2);
  f.RunUntil(1s - 1ns);
  EXPECT_EQ(f.OutcomeOf(in_flight), std::nullopt);
  f.RunUntil(1s);
  EXPECT_EQ(f.OutcomeOf(in_flight), Outcome::kTimeout);
  f.RunUntil(1001ms - 1ns);
  EXPECT_EQ(f.OutcomeOf(queued), std::nullopt);
  f.RunUntil(1001ms);
  EXPECT_EQ(f.OutcomeOf(queued), Outcome::kTimeout);
  EXPECT_EQ(f.engine.live_calls(), 0U);
}

TEST(CancelTest, WhatHasNotLeftYetIsNeverSent) {
  EngineOptions options = AtOnce();
  options.wire.cost = {.per_request = 10ms};
  EngineFixture f(options);
  const CallId sending = f.Submit(0ms, 1);
  f.RunUntil(0ms);
  const CallId waiting = f.Submit(1ms, 2);
  f.RunUntil(1ms);
  f.Submit(2ms, 3);
  f.RunUntil(2ms);
  f.Tell(Cancel{.call = sending}, 3ms);
  f.Tell(Cancel{.call = waiting}, 3ms);
  f.RunUntil(1s);
  ASSERT_THAT(f.sends, SizeIs(1));
  EXPECT_EQ(f.sends[0].batch, 2U);
  EXPECT_EQ(f.sent_at[0], 13ms);
  EXPECT_EQ(f.abandoned, 2U);
}

TEST(CancelTest, DuringThePauseBeforeAPollNothingMoreIsSent) {
  EngineFixture f(Polled(100ms));
  const CallId call = f.Submit(0ms, 1);
  f.RunUntil(0ms);
  f.Reply(0, ReplyKind::kPending, 0ms);
  f.Tell(Cancel{.call = call}, 50ms);
  f.Submit(60ms, 2);  // takes the same slot
  f.RunUntil(1s);
  EXPECT_THAT(f.sent_at, ElementsAre(0ms, 60ms));
  EXPECT_EQ(f.sends[1].slot, f.sends[0].slot);
}

TEST(CancelTest, ASharedEntryInFlightLivesAsLongAsOneWaiter) {
  EngineFixture f(OnlyPolicy(WindowPolicy(5ms)));
  std::vector<CallId> calls;
  for (int i = 0; i < 3; ++i) {
    calls.push_back(f.Submit(0ms, 7));
  }
  f.RunUntil(5ms);
  f.Tell(Cancel{.call = calls[1]}, 6ms);
  f.Tell(Cancel{.call = calls[0]}, 7ms);
  EXPECT_EQ(f.engine.in_flight(), 1U);
  f.Tell(Cancel{.call = calls[2]}, 8ms);
  EXPECT_EQ(f.engine.in_flight(), 0U);
  EXPECT_EQ(f.abandoned, 1U);
  EXPECT_EQ(f.batches.at(0).outcome, Outcome::kCancelled);
}

TEST(TimeoutTest, AReplyCountsUntilTheAttemptTimesOut) {
  for (const Duration early : {1ns, 0ns}) {
    EngineOptions options = AtOnce();
    options.wire.attempt_timeout = 1s;
    options.wire.retries = 0;
    EngineFixture f(options);
    const CallId call = f.Submit(0ms, 1);
    f.RunUntil(0ms);
    f.Reply(0, ReplyKind::kAnswered, 1s - early);
    EXPECT_EQ(f.OutcomeOf(call), Outcome::kValue) << "replies come before timers";
  }
  EngineOptions options = AtOnce();
  options.wire.attempt_timeout = 1s;
  options.wire.retries = 0;
  EngineFixture f(options);
  const CallId call = f.Submit(0ms, 1);
  f.RunUntil(0ms);
  f.Reply(0, ReplyKind::kAnswered, 1s + 1ns);
  EXPECT_EQ(f.OutcomeOf(call), Outcome::kFailedUnreachable);
}

TEST(TimeoutTest, AnAttemptThatTimedOutFreesItsConnectionOnce) {
  EngineOptions options = AtOnce();
  options.wire.attempt_timeout = 1s;
  options.wire.retries = 0;
  options.wire.max_connections = 1;
  EngineFixture f(options);
  f.Submit(0ms, 1);
  f.RunUntil(1s);
  f.Submit(1100ms, 2);
  f.RunUntil(1100ms);
  EXPECT_THAT(f.sends, SizeIs(2));
  f.Reply(0, ReplyKind::kAnswered, 1200ms);  // too late, and no second connection
  f.Submit(1300ms, 3);
  f.RunUntil(1300ms);
  EXPECT_THAT(f.sends, SizeIs(2));
}

TEST(TimeoutTest, OneCallOfABatchMayTimeOutBeforeTheOther) {
  EngineOptions options = OnlyPolicy(WindowPolicy(500ms));
  options.wire.timeout = 1s;
  EngineFixture f(options);
  const CallId first = f.Submit(0ms, 7);
  const CallId twin = f.Submit(300ms, 7);
  f.RunUntil(1s);
  EXPECT_EQ(f.OutcomeOf(first), Outcome::kTimeout);
  EXPECT_EQ(f.OutcomeOf(twin), std::nullopt);
  f.Reply(0, ReplyKind::kAnswered, 1200ms);
  EXPECT_EQ(f.OutcomeOf(twin), Outcome::kValue);
}

TEST(TimeoutTest, AnAttemptThatTakesTooLongIsRepeatedAndItsLateReplyIgnored) {
  EngineOptions options = AtOnce();
  options.wire.attempt_timeout = 1s;
  EngineFixture f(options);
  const CallId call = f.Submit(0ms, 1);
  f.RunUntil(2s);
  ASSERT_THAT(f.sends, SizeIs(2));
  EXPECT_GE(f.sent_at[1], 1050ms);
  f.Reply(0, ReplyKind::kRefused, 2s);  // too late
  EXPECT_EQ(f.OutcomeOf(call), std::nullopt);
  f.Reply(1, ReplyKind::kAnswered, 2010ms);
  f.Reply(1, ReplyKind::kRefused, 2011ms);  // twice
  EXPECT_EQ(f.OutcomeOf(call), Outcome::kValue);
}

TEST(TimeoutTest, AServiceThatNeverRepliesFailsTheCallAsUnreachable) {
  EngineOptions options = AtOnce();
  options.wire.attempt_timeout = 1s;
  options.wire.retries = 0;
  EngineFixture f(options);
  const CallId call = f.Submit(0ms, 1);
  f.RunUntil(1s);
  EXPECT_EQ(f.OutcomeOf(call), Outcome::kFailedUnreachable);
}

TEST(WireTest, SendsNoMoreThanItsConnections) {
  EngineOptions options = AtOnce();
  options.wire.max_connections = 2;
  EngineFixture f(options);
  for (std::uint64_t key = 0; key < 3; ++key) {
    f.Submit(key * 1ms, key);
    f.RunUntil(key * 1ms);
  }
  EXPECT_THAT(f.sends, SizeIs(2));
  f.Reply(1, ReplyKind::kAnswered, 10ms);
  f.RunUntil(10ms);
  EXPECT_THAT(f.sent_at, ElementsAre(0ms, 1ms, 10ms));
  f.Reply(2, ReplyKind::kAnswered, 11ms);
  EXPECT_EQ(f.calls.back().dispatched, At(2ms));
  EXPECT_EQ(f.calls.back().sent, At(11ms)) << "as the reply tells";
}

TEST(WireTest, KeepsToItsRateAfterABurst) {
  EngineOptions options = AtOnce();
  options.wire.rate_limit = ClientRateLimit{.rate_per_second = 10, .burst = 2};
  EngineFixture f(options);
  for (std::uint64_t key = 0; key < 4; ++key) {
    f.Submit(0ms, key);
    f.RunUntil(0ms);
  }
  f.RunUntil(1s);
  EXPECT_THAT(f.sent_at, ElementsAre(0ms, 0ms, 100ms, 200ms));
}

TEST(WireTest, ChargesForSendingOneRequestAtATime) {
  EngineOptions options = OnlyPolicy(WindowPolicy(1ms));
  options.queue.max_items = 3;
  options.wire.cost = {.per_request = 1ms, .per_item = 10us};
  EngineFixture f(options);
  for (std::uint64_t key = 0; key < 6; ++key) {
    f.Submit(0ms, key);
  }
  f.RunUntil(10ms);
  EXPECT_THAT(f.sent_at, ElementsAre(1030us, 2060us));
}

TEST(RecordTest, StampsAscendAndThePartsSumToTheLatency) {
  EngineFixture f(Polled(100ms));
  f.Submit(1ms, 1);
  f.RunUntil(1ms);
  f.Reply(0, ReplyKind::kFailed, 5ms);
  f.RunUntil(400ms);
  f.Reply(1, ReplyKind::kPending, 400ms);
  f.RunUntil(500ms);
  f.Reply(2, ReplyKind::kAnswered, 510ms);
  const CallRecord& call = f.calls.at(0);
  EXPECT_EQ(call.submitted, At(1ms));
  EXPECT_EQ(call.due, At(1ms));
  EXPECT_EQ(call.dispatched, At(1ms));
  EXPECT_EQ(call.sent, At(5ms)) << "as the first reply told";
  EXPECT_EQ(call.attempted, At(400ms)) << "as the reply that accepted it told";
  EXPECT_EQ(call.answered, At(510ms));
  EXPECT_EQ(call.replied, At(510ms));
  EXPECT_EQ(call.delivered, At(510ms));
}

TEST(RecordTest, RaisesStampsThatASkewedServiceTells) {
  Engine engine(AtOnce());
  Effects effects;
  engine.On(Submit{.key = 1, .submitted = At(1ms)}, At(1ms), effects);
  engine.On(Wake{}, At(1ms), effects);
  const std::vector<Outcome> items(1, Outcome::kValue);
  engine.On(Reply{.request = effects.sends.at(0).request,
                  .items = items,
                  .sent = At(2ms),
                  .answered = At(0ms),  // before it was sent
                  .replied = At(1h)},   // in the future
            At(9ms), effects);
  const CallRecord& call = effects.calls.at(0).record;
  EXPECT_EQ(call.sent, At(2ms));
  EXPECT_EQ(call.attempted, At(2ms));
  EXPECT_EQ(call.answered, At(2ms));
  EXPECT_EQ(call.replied, At(9ms));
  EXPECT_EQ(call.delivered, At(9ms));
}

TEST(RecordTest, WhatNeverHappenedIsStampedWithTheEnd) {
  EngineFixture f(OnlyPolicy(WindowPolicy(5ms)));
  const CallId queued = f.Submit(1ms, 1);
  f.Tell(Cancel{.call = queued}, 3ms);
  const CallRecord& call = f.calls.at(0);
  EXPECT_EQ(call.batch, kNoBatch);
  EXPECT_EQ(call.endpoint, EndpointKind::kNone);
  EXPECT_EQ(call.submitted, At(1ms));
  EXPECT_EQ(call.due, At(3ms));
  EXPECT_EQ(call.replied, At(3ms));
}

TEST(EngineTest, ACopyGoesOnAlike) {
  EngineFixture f(OnlyPolicy(TickPolicy(100ms)));
  f.Submit(30ms, 1);
  f.Submit(40ms, 2);
  EngineFixture copy = f;
  for (EngineFixture* each : {&f, &copy}) {
    each->RunUntil(100ms);
    each->Reply(0, ReplyKind::kAnswered, 150ms);
  }
  EXPECT_EQ(f.keys, copy.keys);
  EXPECT_EQ(f.dispatched_at, copy.dispatched_at);
  EXPECT_EQ(f.outcomes, copy.outcomes);
  EXPECT_THAT(f.outcomes, SizeIs(2));
}

TEST(EngineTest, ACopyDrawsTheSamePausesAndKnowsTheSameEstimate) {
  EngineFixture f(AtOnce());
  f.Submit(0ms, 1);
  f.RunUntil(0ms);
  f.Reply(0, ReplyKind::kPending, 10ms);
  f.RunUntil(100ms);
  f.Reply(f.sends.size() - 1, ReplyKind::kAnswered, 100ms);
  EngineFixture copy(AtOnce());
  copy = f;
  for (EngineFixture* each : {&f, &copy}) {
    each->Submit(200ms, 2);
    each->RunUntil(200ms);
    each->Reply(each->sends.size() - 1, ReplyKind::kFailed, 210ms);
    each->RunUntil(1s);
    each->Reply(each->sends.size() - 1, ReplyKind::kPending, 1s);
    each->RunUntil(2s);
  }
  EXPECT_EQ(f.sent_at, copy.sent_at);
  EXPECT_EQ(f.sent_at.back(), 1s + 90ms) << "the first batch took 90 ms";
}

}  // namespace
}  // namespace batcher
