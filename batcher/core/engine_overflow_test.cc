#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "batcher/core/engine_fixture.h"

namespace batcher {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

EngineOptions FullAt(std::size_t max_queued, Overflow overflow) {
  EngineOptions options = OnlyPolicy(WindowPolicy(10ms));
  options.queue.max_queued = max_queued;
  options.queue.overflow = overflow;
  return options;
}

Submit Waiting(std::uint64_t key) { return {.call = key, .key = key, .can_wait = true}; }

TEST(OverflowTest, RejectRefusesTheNewCall) {
  EngineFixture fixture(FullAt(2, Overflow::kReject));
  fixture.Submit(0ms, 1);
  fixture.Submit(0ms, 2);
  const CallId third = fixture.Submit(0ms, Waiting(3));
  EXPECT_EQ(fixture.OutcomeOf(third), Outcome::kRejectedQueueFull);
}

TEST(OverflowTest, ShedOldestMakesRoomForTheNewCall) {
  EngineFixture fixture(FullAt(2, Overflow::kShedOldest));
  const CallId first = fixture.Submit(0ms, 1);
  fixture.Submit(1ms, 2);
  fixture.Submit(2ms, 3);
  EXPECT_EQ(fixture.OutcomeOf(first), Outcome::kRejectedShed);
  fixture.RunUntil(11ms);
  EXPECT_THAT(fixture.keys, ElementsAre(ElementsAre(2, 3)));
  EXPECT_THAT(fixture.dispatched_at, ElementsAre(11ms)) << "the window of the oldest that is left";
}

TEST(OverflowTest, ShedOldestTakesOneCallOfASharedEntry) {
  EngineFixture fixture(FullAt(2, Overflow::kShedOldest));
  const CallId first = fixture.Submit(0ms, 1);
  const CallId twin = fixture.Submit(1ms, 1);
  fixture.Submit(2ms, 2);
  EXPECT_EQ(fixture.OutcomeOf(first), Outcome::kRejectedShed);
  fixture.RunUntil(20ms);
  ASSERT_THAT(fixture.keys, ElementsAre(ElementsAre(1, 2)));
  fixture.Reply(0, ReplyKind::kAnswered, 20ms);
  EXPECT_EQ(fixture.OutcomeOf(twin), Outcome::kValue);
}

TEST(OverflowTest, ShedOldestObeysALowerLimitFromTheNextCallOn) {
  EngineFixture fixture(FullAt(4, Overflow::kShedOldest));
  for (std::uint64_t key = 1; key <= 4; ++key) {
    fixture.Submit(0ms, key);
  }
  fixture.Tell(Retune{.queue = FullAt(2, Overflow::kShedOldest).queue}, 1ms);
  fixture.Submit(1ms, 5);
  EXPECT_EQ(fixture.engine.queued_calls(), 2U);
}

TEST(OverflowTest, ADriverIsToldToReportACallThatPushesAnotherOut) {
  EngineOptions options = FullAt(2, Overflow::kShedOldest);
  options.queue.max_in_flight = 1;
  EngineFixture fixture(options);
  fixture.Submit(0ms, 1);
  fixture.RunUntil(10ms);  // The only slot is taken: nothing can leave.
  fixture.Submit(11ms, 2);
  fixture.RunUntil(30ms);
  EXPECT_EQ(fixture.engine.quiet_below_calls(), 2U);
}

TEST(OverflowTest, WaitKeepsTheCallUntilThereIsRoom) {
  EngineFixture fixture(FullAt(2, Overflow::kWait));
  fixture.Submit(0ms, Waiting(1));
  fixture.Submit(0ms, Waiting(2));
  const CallId third = fixture.Submit(3ms, Waiting(3));
  EXPECT_EQ(fixture.OutcomeOf(third), std::nullopt);
  EXPECT_EQ(fixture.engine.queued_calls(), 3U);
  EXPECT_EQ(fixture.engine.queued_entries(), 2U);
  fixture.RunUntil(12ms);
  EXPECT_THAT(fixture.keys, ElementsAre(ElementsAre(1, 2)));
  fixture.RunUntil(13ms);
  EXPECT_THAT(fixture.keys, ElementsAre(ElementsAre(1, 2), ElementsAre(3)))
      << "its window began when it was submitted";
  EXPECT_EQ(fixture.engine.queued_calls(), 0U);
}

TEST(OverflowTest, WaitRefusesACallThatCannotWait) {
  EngineFixture fixture(FullAt(1, Overflow::kWait));
  fixture.Submit(0ms, Waiting(1));
  const CallId impatient = fixture.Submit(0ms, 2);
  EXPECT_EQ(fixture.OutcomeOf(impatient), Outcome::kRejectedQueueFull);
}

TEST(OverflowTest, WhoWaitsLongestGetsInFirst) {
  EngineFixture fixture(FullAt(1, Overflow::kWait));
  const CallId queued = fixture.Submit(0ms, Waiting(1));
  fixture.Submit(1ms, Waiting(2));
  fixture.Submit(2ms, Waiting(3));
  fixture.Tell(Cancel{.call = queued}, 3ms);
  fixture.RunUntil(11ms);
  fixture.RunUntil(12ms);
  EXPECT_THAT(fixture.keys, ElementsAre(ElementsAre(2), ElementsAre(3)));
}

TEST(OverflowTest, AWaitingCallCanBeCancelledAndTimesOut) {
  EngineOptions options = FullAt(1, Overflow::kWait);
  options.queue.policy = WindowPolicy(1h);
  options.wire.timeout = 50ms;
  EngineFixture fixture(options);
  fixture.Submit(0ms, Waiting(1));
  const CallId cancelled = fixture.Submit(1ms, Waiting(2));
  const CallId hasty =
      fixture.Submit(1ms, {.call = 3, .key = 3, .deadline = At(20ms), .can_wait = true});
  fixture.Tell(Cancel{.call = cancelled}, 2ms);
  EXPECT_EQ(fixture.OutcomeOf(cancelled), Outcome::kCancelled);
  fixture.Tell(Drain{.deadline = At(30ms)}, 25ms);
  fixture.RunUntil(100ms);
  EXPECT_EQ(fixture.OutcomeOf(hasty), Outcome::kDeadlineExceeded);
  EXPECT_EQ(fixture.engine.live_calls(), 0U);
}

TEST(OverflowTest, ADrainSendsWhoWaitsToo) {
  EngineFixture fixture(FullAt(1, Overflow::kWait));
  fixture.Submit(0ms, Waiting(1));
  fixture.Submit(0ms, Waiting(2));
  fixture.Submit(0ms, Waiting(3));
  fixture.Tell(Drain{.deadline = At(1s)}, 1ms);
  fixture.RunUntil(1ms);
  EXPECT_THAT(fixture.keys, ElementsAre(ElementsAre(1), ElementsAre(2), ElementsAre(3)));
}

TEST(OverflowTest, AHigherLimitLetsThoseInWhoWait) {
  EngineFixture fixture(FullAt(1, Overflow::kWait));
  fixture.Submit(0ms, Waiting(1));
  fixture.Submit(0ms, Waiting(2));
  fixture.Tell(Retune{.queue = FullAt(5, Overflow::kWait).queue}, 1ms);
  EXPECT_EQ(fixture.engine.queued_entries(), 2U);
}

}  // namespace
}  // namespace batcher
