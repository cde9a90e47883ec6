#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "batcher/core/deadlines.h"
#include "batcher/core/engine_fixture.h"
#include "batcher/core/service_estimate.h"

namespace batcher {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Submit Until(Duration deadline, std::uint64_t key) {
  return {.call = key, .key = key, .deadline = At(deadline)};
}

// What four deviations keep of a service that never deviates.
constexpr Duration kRounding = 4 * 3ns;

bool JustBefore(Duration at, Duration limit) { return at <= limit && at >= limit - kRounding; }

// A window of 100 ms, and a service that is known to take 10 ms: many batches took exactly that.
EngineFixture Seasoned() {
  EngineFixture fixture(OnlyPolicy(WindowPolicy(100ms)));
  for (int i = 0; i < 100; ++i) {
    const Duration at = i * 1s;
    fixture.Submit(at, 1);
    fixture.RunUntil(at + 100ms);
    fixture.Reply(fixture.sends.size() - 1, ReplyKind::kAnswered, at + 110ms);
  }
  return fixture;
}

TEST(DeadlineTest, PullsTheFlushForwardSoThatTheServiceFits) {
  EngineFixture fixture = Seasoned();
  const CallId call = fixture.Submit(1000s, Until(1000s + 50ms, 7));
  fixture.Submit(1000s + 5ms, 8);
  fixture.RunUntil(1000s + 40ms);
  ASSERT_EQ(fixture.keys.size(), 101U);
  EXPECT_THAT(fixture.keys.back(), ElementsAre(7, 8));
  EXPECT_TRUE(JustBefore(fixture.dispatched_at.back(), 1000s + 40ms));
  fixture.Reply(100, ReplyKind::kAnswered, 1000s + 50ms);
  EXPECT_EQ(fixture.OutcomeOf(call), Outcome::kValue) << "the answer at the very end is in time";
  EXPECT_EQ(fixture.batches.back().reason, FlushReason::kDeadline);
}

TEST(DeadlineTest, ThatIsFarAwayLeavesTheWindowAsItIs) {
  EngineFixture fixture = Seasoned();
  fixture.Submit(1000s, Until(1000s + 110ms + kRounding, 7));
  fixture.RunUntil(1000s + 200ms);
  EXPECT_EQ(fixture.dispatched_at.back(), 1000s + 100ms);
}

TEST(DeadlineTest, TakesHalfOfTheTimeForTheServiceWhileNothingIsKnownOfIt) {
  EngineFixture fixture(OnlyPolicy(WindowPolicy(100ms)));
  fixture.Submit(0ms, Until(60ms, 1));
  fixture.RunUntil(50ms);
  EXPECT_THAT(fixture.dispatched_at, ElementsAre(30ms));
}

TEST(DeadlineTest, TheEarliestOfAllCallsCountsAlsoIfItCameLater) {
  EngineFixture fixture = Seasoned();
  fixture.Submit(1000s, Until(1000s + 90ms, 1));
  fixture.Submit(1000s + 1ms, Until(1000s + 30ms, 2));
  fixture.RunUntil(1000s + 100ms);
  EXPECT_TRUE(JustBefore(fixture.dispatched_at.back(), 1000s + 20ms));
}

TEST(DeadlineTest, OfACancelledCallPullsNothing) {
  EngineFixture fixture = Seasoned();
  fixture.Submit(1000s, 1);
  const CallId hasty = fixture.Submit(1000s, Until(1000s + 30ms, 2));
  fixture.Tell(Cancel{.call = hasty}, 1000s + 1ms);
  fixture.RunUntil(1000s + 100ms);
  EXPECT_EQ(fixture.dispatched_at.back(), 1000s + 100ms);
}

TEST(DeadlineTest, ACallThatCannotMakeItEndsBeforeItCostsARequest) {
  EngineFixture fixture = Seasoned();
  const std::size_t requests = fixture.sends.size();
  const CallId hopeless = fixture.Submit(1000s, Until(1000s + 9ms, 1));
  const CallId other = fixture.Submit(1000s, 2);
  fixture.RunUntil(1000s + 1ms);
  EXPECT_EQ(fixture.OutcomeOf(hopeless), Outcome::kDeadlineExceeded);
  EXPECT_EQ(fixture.sends.size(), requests) << "the other call's window is not over";
  fixture.RunUntil(1000s + 100ms);
  EXPECT_THAT(fixture.keys.back(), ElementsAre(2));
  fixture.Reply(requests, ReplyKind::kAnswered, 1000s + 110ms);
  EXPECT_EQ(fixture.OutcomeOf(other), Outcome::kValue);
}

TEST(DeadlineTest, AfterEnoughHopelessCallsOneFindsOutWhetherTheServiceHasBecomeFaster) {
  EngineFixture fixture = Seasoned();
  const std::size_t requests = fixture.sends.size();
  int tries = 0;
  for (; fixture.sends.size() == requests && tries < 1000; ++tries) {
    const Duration at = 1000s + tries * 1s;
    fixture.Submit(at, Until(at + 5ms, 1));
    fixture.RunUntil(at + 100ms);
  }
  EXPECT_GT(tries, 2);
  EXPECT_LT(tries, 20);
}

TEST(DeadlineTest, EndsACallInFlightWhileTheOthersGetTheirAnswers) {
  EngineFixture fixture(OnlyPolicy(NaturalPolicy()));
  const CallId hasty = fixture.Submit(0ms, Until(30ms, 1));
  const CallId other = fixture.Submit(0ms, 2);
  fixture.RunUntil(31ms);
  EXPECT_EQ(fixture.OutcomeOf(hasty), Outcome::kDeadlineExceeded);
  EXPECT_EQ(fixture.calls.back().delivered, At(30ms));
  fixture.Reply(0, ReplyKind::kAnswered, 40ms);
  EXPECT_EQ(fixture.OutcomeOf(other), Outcome::kValue);
}

TEST(DeadlineTest, OfTheLastWaiterAbandonsTheBatch) {
  EngineFixture fixture(OnlyPolicy(NaturalPolicy()));
  fixture.Submit(0ms, Until(30ms, 1));
  fixture.RunUntil(31ms);
  EXPECT_EQ(fixture.abandoned, 1U);
  EXPECT_EQ(fixture.engine.in_flight(), 0U);
}

TEST(DeadlineTest, ThatIsOverAtSubmitCostsNothing) {
  EngineFixture fixture(OnlyPolicy(NaturalPolicy()));
  fixture.RunUntil(10ms);
  const CallId late = fixture.Submit(10ms, Until(9ms, 1));
  fixture.RunUntil(11ms);
  EXPECT_EQ(fixture.OutcomeOf(late), Outcome::kDeadlineExceeded);
  EXPECT_THAT(fixture.sends, IsEmpty());
}

TEST(DeadlineTest, WithoutASlotTheCallStillEndsInTime) {
  EngineOptions options = OnlyPolicy(NaturalPolicy());
  options.queue.max_in_flight = 1;
  EngineFixture fixture(options);
  fixture.Submit(0ms, 1);
  const CallId stuck = fixture.Submit(5ms, Until(20ms, 2));
  fixture.RunUntil(21ms);
  EXPECT_EQ(fixture.OutcomeOf(stuck), Outcome::kDeadlineExceeded);
  EXPECT_EQ(fixture.sends.size(), 1U);
}

TEST(ServiceEstimateTest, KnowsNothingAtFirst) {
  EXPECT_EQ(ServiceEstimate().usually_within(), std::nullopt);
  EXPECT_EQ(ServiceEstimate().least(), 0ms);
}

TEST(ServiceEstimateTest, StartsAsTheRoundTripEstimateOfTcp) {
  ServiceEstimate estimate;
  estimate.Add(8ms);
  EXPECT_EQ(estimate.usually_within(), 8ms + 4 * 4ms);
  estimate.Add(16ms);  // the error is 8 ms: the mean moves by an eighth, the deviation by a quarter
  EXPECT_EQ(estimate.usually_within(), 9ms + 4 * 5ms);
  EXPECT_EQ(estimate.least(), 8ms + 8ms / 16.0);
}

TEST(ServiceEstimateTest, TheLeastIsBelievedLessWithEachDoubt) {
  ServiceEstimate estimate;
  estimate.Add(16ms);
  estimate.Doubt();
  EXPECT_EQ(estimate.least(), 15ms);
}

TEST(DeadlinesTest, HoldAboutAsManyAsCount) {
  Deadlines deadlines;
  deadlines.Add(At(0ms), 0);  // lives on in front, so that none behind it is met
  for (CallId call = 1; call < 10'000; ++call) {
    deadlines.Add(At(1s), call);
    deadlines.Forget([&](CallId id) { return id == 0 || id + 10 > call; });
    ASSERT_LE(deadlines.size(), 64U);
  }
  EXPECT_EQ(deadlines.front().call, 0U);
}

}  // namespace
}  // namespace batcher
