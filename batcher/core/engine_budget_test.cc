#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "batcher/core/engine_fixture.h"

// What the engine does when its credits run out.

namespace batcher {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;

EngineOptions WithCredits(double credits) {
  EngineOptions options = OnlyPolicy(WindowPolicy(10ms));
  options.wire.max_credits = credits;
  options.wire.poll = FixedPoll(100ms);
  return options;
}

TEST(BudgetTest, NeverSendsTheRequestThatWouldExceedIt) {
  EngineFixture f(WithCredits(1.4));  // two addresses of a batch, not three
  const CallId first = f.Submit(0ms, 1);
  f.Submit(1ms, 2);
  f.RunUntil(10ms);
  const CallId late = f.Submit(20ms, 3);
  f.RunUntil(100ms);
  EXPECT_THAT(f.sends, SizeIs(1));
  EXPECT_EQ(f.OutcomeOf(late), Outcome::kFailedQuota);
  EXPECT_EQ(f.OutcomeOf(first), std::nullopt);
  f.Reply(0, ReplyKind::kAnswered, 110ms);
  EXPECT_EQ(f.OutcomeOf(first), Outcome::kValue);
}

TEST(BudgetTest, EndsAtOnceWhatItCannotPay) {
  EngineFixture f(WithCredits(0));
  const CallId call = f.Submit(0ms, 1);
  f.RunUntil(10ms);
  ASSERT_THAT(f.calls, SizeIs(1));
  EXPECT_EQ(f.OutcomeOf(call), Outcome::kFailedQuota);
  EXPECT_EQ(f.calls[0].delivered, Instant(10ms));
  ASSERT_THAT(f.batches, SizeIs(1));
  EXPECT_EQ(f.batches[0].attempts, 0U);
  EXPECT_EQ(f.engine.in_flight(), 0U);
}

TEST(BudgetTest, ASingleCallCostsTwiceAnAddressOfABatch) {
  EngineOptions options = WithCredits(2.5);
  options.queue.single_below = 2;
  EngineFixture f(options);
  std::vector<CallId> calls;
  for (std::uint64_t key = 0; key < 3; ++key) {
    calls.push_back(f.Submit(static_cast<int>(key) * 50ms, key));
  }
  f.RunUntil(1s);
  EXPECT_THAT(f.sends, SizeIs(2));
  EXPECT_EQ(f.OutcomeOf(calls[2]), Outcome::kFailedQuota);
}

TEST(BudgetTest, PollsCostNothing) {
  EngineFixture f(WithCredits(0.5));
  const CallId call = f.Submit(0ms, 1);
  f.RunUntil(10ms);
  f.Reply(0, ReplyKind::kPending, 20ms);
  f.RunUntil(120ms);
  ASSERT_THAT(f.sends, SizeIs(2));
  f.Reply(1, ReplyKind::kAnswered, 130ms);
  EXPECT_EQ(f.OutcomeOf(call), Outcome::kValue);
}

TEST(BudgetTest, ARepeatedSubmitIsPaidAgain) {
  EngineFixture f(WithCredits(0.5));
  const CallId call = f.Submit(0ms, 1);
  f.RunUntil(10ms);
  f.Reply(0, ReplyKind::kFailed, 20ms);
  f.RunUntil(1s);
  EXPECT_THAT(f.sends, SizeIs(1));
  EXPECT_EQ(f.OutcomeOf(call), Outcome::kFailedQuota);
  ASSERT_THAT(f.batches, SizeIs(1));
  EXPECT_EQ(f.batches[0].status, 0);  // not the service's last word: the client refuses
}

TEST(BudgetTest, ASmallerBatchBehindATooLargeOneStillLeaves) {
  EngineOptions options = WithCredits(1);
  options.wire.max_connections = 1;
  EngineFixture f(options);
  const CallId first = f.Submit(0ms, 1);
  f.RunUntil(10ms);  // half a credit is left, and the only connection is taken
  const CallId large = f.Submit(20ms, 2);
  f.Submit(20ms, 3);
  f.RunUntil(30ms);
  EXPECT_EQ(f.OutcomeOf(large), Outcome::kFailedQuota);
  const CallId small = f.Submit(40ms, 4);
  f.RunUntil(50ms);
  f.Reply(0, ReplyKind::kAnswered, 60ms);
  f.RunUntil(60ms);
  f.Reply(1, ReplyKind::kAnswered, 70ms);
  EXPECT_EQ(f.OutcomeOf(first), Outcome::kValue);
  EXPECT_EQ(f.OutcomeOf(small), Outcome::kValue);
}

TEST(BudgetTest, WhatIsDroppedBeforeItLeftIsNotPaid) {
  EngineOptions options = WithCredits(0.5);
  options.wire.cost.per_request = 50ms;
  EngineFixture f(options);
  const CallId dropped = f.Submit(0ms, 1);
  f.RunUntil(20ms);  // being sent
  f.Tell(Cancel{.call = dropped}, 30ms);
  f.Submit(40ms, 2);
  f.RunUntil(200ms);
  EXPECT_THAT(f.sent_at, ElementsAre(100ms));
}

TEST(BudgetTest, EndsWhenTheServiceSaysThatItsQuotaIsUsedUp) {
  EngineFixture f(WithCredits(100));
  f.Submit(0ms, 1);
  f.RunUntil(10ms);
  f.Tell(Reply{.request = f.sends.at(0).request,
               .kind = ReplyKind::kRefused,
               .failure = Outcome::kFailedQuota,
               .status = 429},
         20ms);
  const CallId later = f.Submit(30ms, 2);
  f.RunUntil(100ms);
  EXPECT_THAT(f.sends, SizeIs(1));
  EXPECT_EQ(f.OutcomeOf(later), Outcome::kFailedQuota);
  ASSERT_THAT(f.batches, SizeIs(2));
  EXPECT_EQ(f.batches[0].status, 429);
  EXPECT_EQ(f.batches[1].status, 0);
}

TEST(BudgetTest, WithoutABudgetAQuotaIsAskedForAgain) {
  EngineFixture f(OnlyPolicy(WindowPolicy(10ms)));
  f.Submit(0ms, 1);
  f.RunUntil(10ms);
  f.Tell(Reply{.request = f.sends.at(0).request,
               .kind = ReplyKind::kRefused,
               .failure = Outcome::kFailedQuota,
               .status = 429},
         20ms);
  f.Submit(30ms, 2);
  f.RunUntil(100ms);
  EXPECT_THAT(f.sends, SizeIs(2));
}

TEST(BudgetTest, ANaturalBatcherGoesOnAfterARefusal) {
  EngineOptions options = WithCredits(0.5);
  options.queue.policy = NaturalPolicy();
  options.queue.max_in_flight = 1;
  options.queue.max_items = 2;
  EngineFixture f(options);
  // Two pairs that can't be paid, one after the other in the only slot, then a call that can.
  for (std::uint64_t key = 0; key < 5; ++key) {
    f.Submit(0ms, key);
  }
  f.RunUntil(1ms);
  ASSERT_THAT(f.batches, SizeIs(2));
  EXPECT_EQ(f.batches[0].outcome, Outcome::kFailedQuota);
  EXPECT_EQ(f.batches[1].outcome, Outcome::kFailedQuota);
  EXPECT_THAT(f.sends, SizeIs(1));
}

}  // namespace
}  // namespace batcher
