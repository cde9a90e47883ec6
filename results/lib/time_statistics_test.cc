#include "results/lib/time_statistics.h"

#include <gtest/gtest.h>

namespace results {
namespace {

using namespace std::chrono_literals;

TEST(DescribeTest, TakesTimesInAnyOrder) {
  std::vector<batcher::Duration> times;
  for (int i = 1000; i > 0; --i) {
    times.emplace_back(std::chrono::milliseconds(i));
  }
  const TimeStatistics statistics = Describe(times, 7);
  EXPECT_EQ(statistics.count, 1000U);
  EXPECT_EQ(statistics.evidence, 7U);
  EXPECT_EQ(statistics.mean, 500'500us);
  EXPECT_EQ(statistics.p50, 500ms);
  EXPECT_EQ(statistics.p90, 900ms);
  EXPECT_EQ(statistics.p99, 990ms);
  EXPECT_EQ(statistics.p999, 999ms);
  EXPECT_EQ(statistics.max, 1s);
}

TEST(DescribeTest, TakesNone) {
  const TimeStatistics statistics = Describe({}, 0);
  EXPECT_EQ(statistics.count, 0U);
  EXPECT_EQ(statistics.max, 0ns);
}

TEST(DescribeTest, HasTheMaximumOfNegativeTimes) {
  EXPECT_EQ(Describe({-3ns, -1ns, -2ns}, 3).max, -1ns);
}

TEST(MeanOfTest, RoundsHalvesAwayFromZero) {
  EXPECT_EQ(MeanOf(5ns, 2), 3ns);
  EXPECT_EQ(MeanOf(-5ns, 2), -3ns);
  EXPECT_EQ(MeanOf(4ns, 3), 1ns);
  EXPECT_EQ(MeanOf(5ns, 3), 2ns);
  EXPECT_EQ(MeanOf(5ns, 0), 0ns);
}

}  // namespace
}  // namespace results
