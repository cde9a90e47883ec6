#include "mock_server/service_model.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>

namespace mock_server {
namespace {

using batcher::At;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;
using std::chrono_literals::operator""ns;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""h;

Choice Exponential(Duration mean) {
  Choice choice(LatencyKinds().at(2));
  choice.Set("mean", static_cast<double>(mean.count()));
  return choice;
}

Choice Jitter(double cv) {
  Choice choice(LatencyKinds().at(3));
  choice.Set("cv", cv);
  return choice;
}

TEST(ServiceModelTest, ASingleCallTakesItsDraw) {
  ServiceModel model({.single = ConstantLatency(60ms)}, 1);
  const Served served = model.Single({}, At(5ms));
  EXPECT_EQ(served.status, 200);
  EXPECT_EQ(served.ready, At(65ms));
}

TEST(ServiceModelTest, ABatchTakesBaseAndItems) {
  const ServiceOptions options{.batch_base = ConstantLatency(80ms), .batch_per_item = 500us};
  ServiceModel model(options, 1);
  const Served served = model.Batch(100, {}, At(0ns));
  EXPECT_EQ(served.status, 202);
  EXPECT_EQ(served.ready, At(130ms));
}

TEST(ServiceModelTest, AnImmediateBatchIsAnsweredWhenItIsDone) {
  ServiceModel model({.batch_per_item = 1ms, .batch_mode = BatchMode::kImmediate}, 1);
  const Served served = model.Batch(10, {}, At(0ns));
  EXPECT_EQ(served.status, 200);
  EXPECT_EQ(served.ready, At(90ms));
}

TEST(ServiceModelTest, RequestsQueueInOrderBeforeTheWorkers) {
  ServiceModel model({.single = ConstantLatency(60ms), .workers = 2}, 1);
  EXPECT_EQ(model.Single({}, At(0ms)).ready, At(60ms));
  EXPECT_EQ(model.Single({}, At(10ms)).ready, At(70ms));
  EXPECT_EQ(model.Single({}, At(20ms)).ready, At(120ms));
  EXPECT_EQ(model.Single({}, At(30ms)).ready, At(130ms));
  EXPECT_EQ(model.Single({}, At(120ms)).ready, At(180ms));
  EXPECT_EQ(model.Single({}, At(500ms)).ready, At(560ms));
}

TEST(ServiceModelTest, SinglesAndBatchesShareTheWorkers) {
  ServiceModel model({.single = ConstantLatency(60ms), .batch_per_item = 20ms, .workers = 1}, 1);
  EXPECT_EQ(model.Batch(1, {}, At(0ms)).ready, At(100ms));
  EXPECT_EQ(model.Single({}, At(0ms)).ready, At(160ms));
}

TEST(ServiceModelTest, WithoutALimitOfWorkersNothingQueues) {
  ServiceModel model({.single = ConstantLatency(60ms), .workers = std::nullopt}, 1);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(model.Single({}, At(0ms)).ready, At(60ms));
  }
}

// Two workers from time 0 on: one idles for 10 ms, the other for 20 ms and then for 15 more.
TEST(ServiceModelTest, TheWorkersAreBusyForAsLongAsTheyWereGivenWork) {
  ServiceModel model({.single = ConstantLatency(60ms), .workers = 2}, 1);
  (void)model.Single({}, At(10ms));
  (void)model.Single({}, At(20ms));
  (void)model.Single({}, At(30ms));
  (void)model.Single({}, At(95ms));
  EXPECT_EQ(model.work_done().service_ns, 240'000'000U);
  EXPECT_EQ(model.work_done().busy_ns, 240'000'000U);
}

TEST(ServiceModelTest, TheSameCallAndAttemptTakesTheSameTimeWhateverElseWasAsked) {
  const ServiceOptions options{.single = Exponential(60ms), .workers = std::nullopt};
  ServiceModel one(options, 7);
  ServiceModel other(options, 7);
  (void)other.Single({.ordinal = 1}, At(0ms));
  (void)other.Batch(5, {.ordinal = 42}, At(0ms));
  const Instant ready = one.Single({.ordinal = 42, .attempt = 1}, At(0ms)).ready;
  EXPECT_EQ(other.Single({.ordinal = 42, .attempt = 1}, At(0ms)).ready, ready);
  EXPECT_NE(other.Single({.ordinal = 42, .attempt = 0}, At(0ms)).ready, ready);
  EXPECT_NE(other.Single({.ordinal = 41, .attempt = 1}, At(0ms)).ready, ready);
  EXPECT_NE(ServiceModel(options, 8).Single({.ordinal = 42, .attempt = 1}, At(0ms)).ready, ready);
}

TEST(ServiceModelTest, JitterMultipliesABatchAndKeepsItsMean) {
  ServiceModel model({.batch_base = ConstantLatency(80ms),
                      .batch_per_item = 2ms,
                      .jitter = Jitter(0.2),
                      .workers = std::nullopt},
                     1);
  double sum = 0;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    sum += batcher::ToMilliseconds(model.Batch(10, {.ordinal = i}, At(0ns)).ready - At(0ns));
  }
  EXPECT_NEAR(sum / 20'000, 100, 0.5);
}

TEST(ServiceModelTest, TheRateLimitLetsABurstInAndThenOneAToken) {
  ServiceModel model({.rate_limit = RateLimit{.rate_per_second = 5, .burst = 2}}, 1);
  EXPECT_EQ(model.Single({}, At(0ms)).status, 200);
  EXPECT_EQ(model.Single({}, At(0ms)).status, 200);
  EXPECT_EQ(model.Single({}, At(0ms)).status, 429);
  EXPECT_EQ(model.Single({}, At(200ms - 1ns)).status, 429);
  EXPECT_EQ(model.Batch(1, {}, At(200ms)).status, 202);
  EXPECT_EQ(model.Single({}, At(200ms)).status, 429);
  EXPECT_EQ(model.Single({}, At(10s)).status, 200);
  EXPECT_EQ(model.Single({}, At(10s)).status, 200);
  EXPECT_EQ(model.Single({}, At(10s)).status, 429);
}

TEST(ServiceModelTest, ARefusedRequestTakesNoWorkerAndIsToldWhenToComeBack) {
  ServiceModel model(
      {.single = ConstantLatency(60ms),
       .workers = 1,
       .rate_limit = RateLimit{.rate_per_second = 100, .burst = 1, .retry_after = 3s}},
      1);
  EXPECT_EQ(model.Single({}, At(0ms)).ready, At(60ms));
  const Served refused = model.Single({}, At(1ms));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.ready, At(1ms));
  EXPECT_EQ(refused.retry_after, 3s);
  EXPECT_EQ(model.Single({}, At(60ms)).ready, At(120ms));
}

TEST(ServiceModelTest, APollIsPendingUntilTheJobIsReady) {
  ServiceModel model({}, 1);
  EXPECT_EQ(model.Poll(At(50ms), At(50ms - 1ns)).status, 202);
  EXPECT_EQ(model.Poll(At(50ms), At(50ms)).status, 200);
  EXPECT_EQ(model.Poll(At(50ms), At(70ms)).ready, At(70ms));
}

TEST(ServiceModelTest, PollsCountForTheRateLimitUnlessTheyAreExempt) {
  ServiceModel counting({.rate_limit = RateLimit{.burst = 1}}, 1);
  EXPECT_EQ(counting.Poll(At(0ms), At(0ms)).status, 200);
  EXPECT_EQ(counting.Poll(At(0ms), At(0ms)).status, 429);
  ServiceModel exempting({.rate_limit = RateLimit{.burst = 1, .counts_polls = false}}, 1);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(exempting.Poll(At(0ms), At(0ms)).status, 200);
  }
}

TEST(ServiceModelTest, TheQuotaCountsSingleCallsAndHalfOfABatchAddress) {
  ServiceModel model({.quota = 4}, 1);
  EXPECT_EQ(model.Single({}, At(0ms)).status, 200);
  EXPECT_EQ(model.Batch(3, {}, At(0ms)).status, 202);  // 2.5 in all
  EXPECT_EQ(model.Batch(4, {}, At(0ms)).status, 429);  // of 1.5 that are left
  EXPECT_EQ(model.Single({}, At(0ms)).status, 200);    // the refused one cost nothing
  const Served refused = model.Single({}, At(5ms));    // 0.5 are left
  EXPECT_EQ(refused.status, 429);
  EXPECT_TRUE(refused.over_quota);
  EXPECT_EQ(refused.ready, At(5ms));
  EXPECT_EQ(model.Batch(1, {}, At(5ms)).status, 202);
  EXPECT_EQ(model.Batch(1, {}, At(5ms)).status, 429);
  EXPECT_EQ(model.Poll(At(80ms), At(90ms)).status, 200) << "polls are free";
}

TEST(ServiceModelTest, TheQuotaIsRenewedEveryDay) {
  ServiceModel model({.quota = 1}, 1);
  EXPECT_EQ(model.Single({}, At(23h)).status, 200);
  EXPECT_EQ(model.Single({}, At(24h - 1ns)).status, 429);
  EXPECT_EQ(model.Single({}, At(24h)).status, 200);
  EXPECT_EQ(model.Single({}, At(47h)).status, 429);
  EXPECT_EQ(model.Single({}, At(240h)).status, 200);
}

TEST(ServiceModelTest, WithoutCreditsNothingIsServedAndTheRateIsLookedAtFirst) {
  ServiceModel model({.rate_limit = RateLimit{.burst = 1}, .quota = 0}, 1);
  EXPECT_TRUE(model.Single({}, At(0ms)).over_quota);
  const Served refused = model.Single({}, At(0ms));
  EXPECT_EQ(refused.status, 429);
  EXPECT_FALSE(refused.over_quota) << "the first one took the burst";
  EXPECT_EQ(model.work_done().service_ns, 0U);
}

}  // namespace
}  // namespace mock_server
