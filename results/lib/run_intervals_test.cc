#include "results/lib/run_intervals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "batcher/base/random.h"

namespace results {
namespace {

using namespace std::chrono_literals;
using batcher::At;
using batcher::Duration;

// Batches of `size` calls that all share the latency of their batch, around 100 ms.
Ledger SharedFates(std::size_t batches, std::size_t size) {
  Ledger ledger;
  batcher::RandomStream random(1, "test");
  for (std::size_t batch = 0; batch < batches; ++batch) {
    const Duration latency = 90ms + random.Exponential(10ms);
    for (std::size_t i = 0; i < size; ++i) {
      batcher::CallRecord call{.call = batch * size + i, .batch = batch};
      call.delivered = At(latency);
      ledger.calls.push_back(call);
    }
  }
  return ledger;
}

TEST(RunIntervalsTest, CountBatchesAndNotCalls) {
  const auto narrow = IntervalsOf(SharedFates(1000, 1), IntervalMethod::kClusters);
  const auto shared = IntervalsOf(SharedFates(1000, 20), IntervalMethod::kClusters);
  ASSERT_EQ(narrow.size(), 3U);
  ASSERT_EQ(shared.size(), 3U);
  EXPECT_EQ(shared[0].quantity, "latency.mean");
  EXPECT_EQ(shared[2].quantity, "latency.p99");
  for (std::size_t i = 0; i < 3; ++i) {
    const double width = shared[i].interval.high - shared[i].interval.low;
    EXPECT_NEAR(width, narrow[i].interval.high - narrow[i].interval.low, 0.02 * width);
  }
  EXPECT_LT(shared[0].interval.low, 100);
  EXPECT_GT(shared[0].interval.high, 100);
  EXPECT_LT(shared[2].interval.low, 136.1);
  EXPECT_GT(shared[2].interval.high, 136.1);
}

TEST(RunIntervalsTest, LeaveOutWhatARunIsTooShortFor) {
  const auto few = IntervalsOf(SharedFates(40, 5), IntervalMethod::kClusters);
  ASSERT_EQ(few.size(), 2U);
  EXPECT_EQ(few[1].quantity, "latency.p50");
  EXPECT_TRUE(IntervalsOf({}, IntervalMethod::kClusters).empty());
  EXPECT_TRUE(IntervalsOf({}, IntervalMethod::kBootstrap).empty());
}

TEST(RunIntervalsTest, ALogIsResampledInBlocks) {
  const auto intervals = IntervalsOf(SharedFates(300, 1), IntervalMethod::kBootstrap);
  ASSERT_EQ(intervals.size(), 3U);
  EXPECT_LT(intervals[0].interval.low, intervals[0].interval.estimate);
  EXPECT_GT(intervals[0].interval.high, intervals[0].interval.estimate);
  EXPECT_TRUE(IntervalsOf(SharedFates(kMostResampled + 1, 1), IntervalMethod::kBootstrap).empty());
}

}  // namespace
}  // namespace results
