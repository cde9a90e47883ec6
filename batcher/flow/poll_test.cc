#include "batcher/flow/poll.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "batcher/base/random.h"
#include "batcher/core/options.h"

namespace batcher {
namespace {

using namespace std::chrono_literals;

TEST(ReadyEstimateTest, KnowsNothingUntilABatchWasDone) {
  ReadyEstimate estimate;
  EXPECT_EQ(estimate.Predict(10), std::nullopt);
  estimate.Done(10, 90ms);
  EXPECT_EQ(estimate.Predict(10), 90ms);
  estimate.Done(10, 500ms);  // only the first counts
  EXPECT_EQ(estimate.Predict(10), 90ms);
}

TEST(ReadyEstimateTest, StartsFromAPrior) {
  EXPECT_EQ(ReadyEstimate(80ms, 500us).Predict(100), 130ms);
}

TEST(ReadyEstimateTest, StepsUpFourTimesAsFarAsDown) {
  ReadyEstimate up(100ms, 0ms);
  up.FirstPoll(1, 100ms, false);
  ReadyEstimate down(100ms, 0ms);
  down.FirstPoll(1, 100ms, true);
  EXPECT_NEAR(ToMilliseconds(*up.Predict(1)), 140, 1e-6);
  EXPECT_NEAR(ToMilliseconds(*down.Predict(1)), 90, 1e-6);
}

TEST(ReadyEstimateTest, ItsStepsShrinkToOnePercent) {
  ReadyEstimate estimate(100ms, 0ms);
  for (int i = 0; i < 100; ++i) {
    estimate.FirstPoll(1, *estimate.Predict(1), i % 5 != 0);
  }
  const double before = ToMilliseconds(*estimate.Predict(1));
  estimate.FirstPoll(1, *estimate.Predict(1), true);
  EXPECT_NEAR(ToMilliseconds(*estimate.Predict(1)), 0.99 * before, 0.01);
}

// Ready times uniform over 100 .. 200 ms: 4 in 5 are ready by 180 ms.
TEST(ReadyEstimateTest, FindsTheTimeByWhichFourInFiveAreReady) {
  ReadyEstimate estimate(50ms, 0ms);
  RandomStream random(1, "ready");
  double sum = 0;
  int done = 0;
  for (int i = 0; i < 4000; ++i) {
    const Duration ready = 100ms + Duration(static_cast<std::int64_t>(random.Uniform() * 1e8));
    const Duration predicted = *estimate.Predict(20);
    estimate.FirstPoll(20, predicted, ready <= predicted);
    if (i >= 1000) {
      sum += ToMilliseconds(predicted);
      done += ready <= predicted ? 1 : 0;
    }
  }
  EXPECT_NEAR(sum / 3000, 180, 8);
  EXPECT_NEAR(done / 3000.0, 0.8, 0.02);
}

// 80 ms + 0.5 ms an entry: two sizes suffice to tell base and per_item apart.
TEST(ReadyEstimateTest, LearnsWhatEachEntryAdds) {
  ReadyEstimate estimate(50ms, 0ms);
  for (int i = 0; i < 4000; ++i) {
    const std::size_t entries = i % 2 == 0 ? 10 : 200;
    const Duration ready = 80ms + static_cast<std::int64_t>(entries) * 500us;
    const Duration predicted = *estimate.Predict(entries);
    estimate.FirstPoll(entries, predicted, ready <= predicted);
  }
  EXPECT_NEAR(ToMilliseconds(*estimate.Predict(10)), 85, 8);
  EXPECT_NEAR(ToMilliseconds(*estimate.Predict(200)), 180, 12);
  EXPECT_NEAR(ToMilliseconds(*estimate.Predict(100)), 130, 15);
}

TEST(ReadyEstimateTest, ASmallFirstBatchDoesNotMakeLargeOnesLookSlow) {
  ReadyEstimate estimate;
  estimate.Done(1, 90ms);
  EXPECT_EQ(estimate.Predict(34), 90ms);
  for (int i = 0; i < 20; ++i) {
    estimate.FirstPoll(2, *estimate.Predict(2), i % 5 != 0);
  }
  EXPECT_LT(*estimate.Predict(34), 250ms);
}

TEST(ReadyEstimateTest, ManyPollsOfOnePredictionMoveItByAFactorOfTwoAtMost) {
  ReadyEstimate up(100ms, 0ms);
  ReadyEstimate down(100ms, 0ms);
  for (int i = 0; i < 100; ++i) {
    up.FirstPoll(10, 100ms, false);
    down.FirstPoll(10, 100ms, true);
  }
  EXPECT_NEAR(ToMilliseconds(*up.Predict(10)), 200, 1e-3);
  EXPECT_NEAR(ToMilliseconds(*down.Predict(10)), 50, 1e-3);
}

// Sizes that vary from 1 to 60, of which the first is the smallest.
TEST(ReadyEstimateTest, IsNearTheTruthFromTheFirstBatchesOn) {
  ReadyEstimate estimate;
  RandomStream random(1, "sizes");
  estimate.Done(1, 81ms);
  for (int i = 0; i < 2000; ++i) {
    const std::size_t entries = 1 + random.Below(60);
    const Duration ready = 80ms + static_cast<std::int64_t>(entries) * 500us;
    const Duration predicted = *estimate.Predict(entries);
    EXPECT_LT(predicted, 2 * ready) << "batch " << i;
    estimate.FirstPoll(entries, predicted, ready <= predicted);
  }
}

TEST(PollScheduleTest, FixedSleepsAfterEachReply) {
  RandomStream random(1, "unused");
  const PollSchedule schedule(FixedPoll(100ms));
  EXPECT_FALSE(schedule.uses_estimate());
  EXPECT_EQ(schedule.Next({.polls = 0, .accepted = At(5ms)}, At(7ms), random), At(107ms));
  EXPECT_EQ(schedule.Next({.polls = 9, .accepted = At(5ms)}, At(250ms), random), At(350ms));
}

TEST(PollScheduleTest, FixedDrawsFromARandomStreamOnlyIfJittered) {
  Choice choice = FixedPoll(100ms);
  RandomStream random(1, "polls");
  RandomStream untouched = random;
  EXPECT_EQ(PollSchedule(choice).Next({}, At(0ms), random), At(100ms));
  EXPECT_EQ(random.Bits(), untouched.Bits());
  choice.Set("jitter", 0.25);
  const PollSchedule schedule(choice);
  Instant earliest = kNever;
  Instant latest;
  for (int i = 0; i < 1000; ++i) {
    const Instant at = schedule.Next({}, At(0ms), random);
    earliest = std::min(earliest, at);
    latest = std::max(latest, at);
  }
  // Of 1,000 draws the outermost lie within 1 % of the width but with odds of 1 in 20,000.
  EXPECT_GE(earliest, At(75ms));
  EXPECT_LE(earliest, At(75'500us));
  EXPECT_GE(latest, At(124'500us));
  EXPECT_LE(latest, At(125ms));
}

TEST(PollScheduleTest, BackoffMultipliesTheSleepsUpToItsCap) {
  RandomStream random(1, "unused");
  const PollSchedule schedule(BackoffPoll(50ms, 2, 150ms));
  EXPECT_FALSE(schedule.uses_estimate());
  EXPECT_EQ(schedule.Next({.polls = 0, .accepted = At(5ms)}, At(7ms), random), At(57ms));
  EXPECT_EQ(schedule.Next({.polls = 1, .accepted = At(5ms)}, At(60ms), random), At(160ms));
  EXPECT_EQ(schedule.Next({.polls = 2, .accepted = At(5ms)}, At(200ms), random), At(350ms));
  EXPECT_EQ(schedule.Next({.polls = 10'000, .accepted = At(5ms)}, At(1s), random), At(1150ms));
}

TEST(PollScheduleTest, BackoffByOneIsFixed) {
  RandomStream random(1, "unused");
  const PollSchedule schedule(BackoffPoll(50ms, 1, 50ms));
  EXPECT_EQ(schedule.Next({.polls = 9, .accepted = At(5ms)}, At(1s), random), At(1050ms));
}

TEST(PollScheduleTest, ACapBelowTheFirstSleepIsAProblem) {
  Choice choice = BackoffPoll(50ms, 2, 50ms);
  EXPECT_EQ(PollProblem(choice), std::nullopt);
  choice.Set("cap", 49e6);
  EXPECT_EQ(PollProblem(choice), "found a cap of 49ms, wanted at least first, 50ms");
}

TEST(PollScheduleTest, ScheduleCountsFromTheAcceptedSubmit) {
  RandomStream random(1, "unused");
  const PollSchedule schedule(SchedulePoll(40ms, 1.5));
  EXPECT_FALSE(schedule.uses_estimate());
  EXPECT_EQ(schedule.Next({.polls = 0, .accepted = At(5ms)}, At(5ms), random), At(45ms));
  EXPECT_EQ(schedule.Next({.polls = 1, .accepted = At(5ms)}, At(50ms), random), At(65ms));
  EXPECT_EQ(schedule.Next({.polls = 2, .accepted = At(5ms)}, At(65ms), random), At(95ms));
}

TEST(PollScheduleTest, ScheduleLeavesOutTimesThatPassedDuringThePoll) {
  RandomStream random(1, "unused");
  const PollSchedule schedule(SchedulePoll(40ms, 1.5));
  const PollHistory once{.polls = 1, .accepted = At(5ms)};
  EXPECT_EQ(schedule.Next(once, At(65ms), random), At(65ms)) << "exactly then it is not over";
  EXPECT_EQ(schedule.Next(once, At(65ms + 1ns), random), At(95ms));
  EXPECT_EQ(schedule.Next(once, At(135ms), random), At(140ms));
}

TEST(PollScheduleTest, TimesThatGrowBeyondAllMeasureStayTimes) {
  RandomStream random(1, "unused");
  const PollHistory many{.polls = 10'000, .accepted = At(0ms)};
  const Instant far = PollSchedule(SchedulePoll(1h, 100)).Next(many, At(1s), random);
  EXPECT_GT(far, At(1h));
  EXPECT_LT(far, kNever);
}

TEST(PollScheduleTest, ExpectedWithoutAnEstimateGrowsByHalf) {
  RandomStream random(1, "unused");
  const PollSchedule schedule(ExpectedPoll());
  EXPECT_TRUE(schedule.uses_estimate());
  EXPECT_EQ(schedule.Next({.polls = 0, .accepted = At(5ms)}, At(5ms), random), At(55ms));
  EXPECT_EQ(schedule.Next({.polls = 1, .accepted = At(5ms)}, At(56ms), random), At(80ms));
  EXPECT_EQ(schedule.Next({.polls = 2, .accepted = At(5ms)}, At(81ms), random), At(117'500us));
  // A poll that came late is not followed by one in the past.
  EXPECT_EQ(schedule.Next({.polls = 1, .accepted = At(5ms)}, At(90ms), random), At(90ms));
}

TEST(PollScheduleTest, ExpectedPollsAtTheEstimateThenAtGrowingSharesOfIt) {
  RandomStream random(1, "unused");
  const PollSchedule schedule(ExpectedPoll());
  const PollHistory first{.polls = 0, .accepted = At(10ms), .ready = 200ms};
  EXPECT_EQ(schedule.Next(first, At(10ms), random), At(210ms));
  EXPECT_EQ(schedule.Next(first, At(300ms), random), At(300ms));
  EXPECT_EQ(schedule.Next({.polls = 1, .accepted = At(10ms), .ready = 200ms}, At(210ms), random),
            At(230ms));
  EXPECT_EQ(schedule.Next({.polls = 2, .accepted = At(10ms), .ready = 200ms}, At(230ms), random),
            At(270ms));
  EXPECT_EQ(schedule.Next({.polls = 3, .accepted = At(10ms), .ready = 200ms}, At(270ms), random),
            At(350ms));
}

TEST(ReadyEstimateTest, GrowsAgainFromNothing) {
  ReadyEstimate estimate(0ms, 0ms);
  estimate.FirstPoll(1, 0ms, true);
  EXPECT_EQ(estimate.Predict(1), 0ms);
  estimate.FirstPoll(1, 0ms, false);
  EXPECT_GT(*estimate.Predict(1), 300us);
  EXPECT_LT(*estimate.Predict(1), 400us);  // 4 steps of 9 % of a millisecond
}

TEST(PollScheduleTest, StartsFromThePriorOfItsChoice) {
  Choice choice = ExpectedPoll();
  EXPECT_EQ(PollSchedule(choice).prior().Predict(100), std::nullopt);
  choice.Set("base", 80e6);
  EXPECT_EQ(PollSchedule(choice).prior().Predict(100), 80ms);
  choice.Set("per_item", 5e5);
  EXPECT_EQ(PollSchedule(choice).prior().Predict(100), 130ms);
}

TEST(PollScheduleTest, LaterPollsLeaveAMillisecondAtLeast) {
  RandomStream random(1, "unused");
  const PollSchedule schedule(ExpectedPoll());
  EXPECT_EQ(schedule.Next({.polls = 1, .accepted = At(0ms), .ready = 0ms}, At(5ms), random),
            At(6ms));
}

}  // namespace
}  // namespace batcher
