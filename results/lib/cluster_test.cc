#include "results/lib/cluster.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "batcher/base/random.h"

namespace results {
namespace {

std::vector<ClusterSum> Independent(std::size_t count) {
  batcher::RandomStream random(1);
  std::vector<ClusterSum> clusters(count);
  std::ranges::generate(clusters,
                        [&] { return ClusterSum{.sum = 3 * random.Exponential(), .count = 3}; });
  return clusters;
}

// Each of these has the value of its ordinal: as dependent as can be.
std::vector<ClusterSum> Rising(std::size_t count) {
  std::vector<ClusterSum> clusters(count);
  for (std::size_t i = 0; i < count; ++i) {
    clusters[i] = {.sum = static_cast<double>(i), .count = 1};
  }
  return clusters;
}

// R is 22 / 11; the residuals are 2 - 2 * 2, 8 - 2 * 4, 12 - 2 * 5; t(2) is 4.3027.
TEST(ClusteredMeanTest, IsTheRatioWithTheErrorOfItsResiduals) {
  const std::vector<ClusterSum> clusters = {
      {.sum = 2, .count = 2}, {.sum = 8, .count = 4}, {.sum = 12, .count = 5}};
  const auto mean = ClusteredMean(clusters);
  ASSERT_TRUE(mean);
  const double half = 4.3027 * std::sqrt(3.0 / 2 * (4 + 0 + 4)) / 11;
  EXPECT_DOUBLE_EQ(mean->interval.estimate, 2);
  EXPECT_NEAR(mean->interval.low, 2 - half, 1e-4);
  EXPECT_NEAR(mean->interval.high, 2 + half, 1e-4);
  EXPECT_DOUBLE_EQ(mean->lag1, 0);
  EXPECT_FALSE(mean->grouped);
}

TEST(ClusteredMeanTest, IsStudentsIntervalWhereEveryClusterHasOneCall) {
  const std::vector<double> values = {3, 1, 4, 1, 5, 9, 2, 6};
  std::vector<ClusterSum> clusters(values.size());
  std::ranges::transform(values, clusters.begin(),
                         [](double value) { return ClusterSum{.sum = value, .count = 1}; });
  const auto mean = ClusteredMean(clusters);
  EXPECT_NEAR(mean->interval.low, StudentInterval(values)->low, 1e-12);
  EXPECT_NEAR(mean->interval.high, StudentInterval(values)->high, 1e-12);
}

TEST(ClusteredMeanTest, LeavesIndependentClustersUngrouped) {
  const auto mean = ClusteredMean(Independent(400));
  EXPECT_LT(std::abs(mean->lag1), 0.1);
  EXPECT_FALSE(mean->grouped);
  EXPECT_FALSE(mean->still_dependent);
}

TEST(ClusteredMeanTest, GroupsClustersThatFollowOneAnother) {
  std::vector<ClusterSum> clusters = Independent(400);
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    clusters[i].sum += i / 5 % 2 == 0 ? 10 : 0;
  }
  const auto mean = ClusteredMean(clusters);
  EXPECT_GT(mean->lag1, 0.1);
  EXPECT_TRUE(mean->grouped);
  EXPECT_FALSE(mean->still_dependent);
}

TEST(ClusteredMeanTest, SaysIfEvenTheGroupsFollowOneAnother) {
  const auto mean = ClusteredMean(Rising(400));
  EXPECT_TRUE(mean->grouped);
  EXPECT_TRUE(mean->still_dependent);
  EXPECT_DOUBLE_EQ(mean->interval.estimate, 199.5);
}

TEST(ClusteredMeanTest, NeedsTwentyClustersToGroup) {
  EXPECT_TRUE(ClusteredMean(Rising(20)));
  EXPECT_FALSE(ClusteredMean(Rising(19)));
}

TEST(ClusteredMeanTest, PassesOverClustersWithoutCalls) {
  const std::vector<ClusterSum> with_empty = {
      {.sum = 2, .count = 2}, {}, {.sum = 8, .count = 4}, {}, {.sum = 12, .count = 5}};
  const std::vector<ClusterSum> without = {with_empty[0], with_empty[2], with_empty[4]};
  EXPECT_EQ(ClusteredMean(with_empty)->interval.high, ClusteredMean(without)->interval.high);
}

TEST(ClusteredMeanTest, NeedsTwoClustersWithFiniteSums) {
  EXPECT_FALSE(ClusteredMean({}));
  EXPECT_FALSE(ClusteredMean(std::vector<ClusterSum>{{.sum = 1, .count = 9}, {}}));
  EXPECT_FALSE(ClusteredMean(std::vector<ClusterSum>{
      {.sum = 1, .count = 1}, {.sum = std::numeric_limits<double>::infinity(), .count = 1}}));
}

TEST(ClusteredMeanTest, RefusesASumOfNoCalls) {
  const std::vector<ClusterSum> clusters = {{.sum = 1, .count = 0}, {.sum = 1, .count = 1}};
  EXPECT_DEATH(static_cast<void>(ClusteredMean(clusters)), "cluster.count > 0");
}

// The numbers 1 to 1,000, one in each cluster, in an order without a pattern.
std::vector<ClusterValue> Shuffled() {
  std::vector<ClusterValue> values;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    values.push_back({.cluster = batcher::Mix(i + 1000), .value = static_cast<double>(i + 1)});
  }
  return values;
}

// The standard error of a share of one half is 1 / sqrt(4 * 999), t(999) is 1.9623: 31.04 ranks.
TEST(ClusteredQuantileTest, IsTheNearestRankBetweenTheRanksOfItsShares) {
  const auto median = ClusteredQuantile(Shuffled(), 0.5);
  ASSERT_TRUE(median);
  EXPECT_EQ(median->interval.estimate, 500);
  EXPECT_EQ(median->interval.low, 469);
  EXPECT_EQ(median->interval.high, 532);
  EXPECT_FALSE(median->grouped);
}

TEST(ClusteredQuantileTest, IsWiderIfTheCallsOfABatchAgree) {
  std::vector<ClusterValue> agreeing = Shuffled();
  std::vector<ClusterValue> mixed = Shuffled();
  for (std::size_t i = 0; i < 1000; ++i) {
    agreeing[i].cluster = batcher::Mix(i / 10);
    mixed[i].cluster = batcher::Mix(i % 100);
  }
  const Interval wide = ClusteredQuantile(agreeing, 0.5)->interval;
  const Interval narrow = ClusteredQuantile(mixed, 0.5)->interval;
  EXPECT_EQ(wide.estimate, narrow.estimate);
  EXPECT_GT(wide.high - wide.low, 2 * (narrow.high - narrow.low));
}

TEST(ClusteredQuantileTest, GroupsBatchesThatFollowOneAnother) {
  std::vector<ClusterValue> values = Shuffled();
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i].cluster = i;
  }
  const auto median = ClusteredQuantile(values, 0.5);
  EXPECT_TRUE(!median || (median->grouped && median->still_dependent));
}

TEST(ClusteredQuantileTest, IsNoneIfTheRunIsTooShortToBoundIt) {
  EXPECT_TRUE(ClusteredQuantile(Shuffled(), 0.99));
  EXPECT_FALSE(ClusteredQuantile(Shuffled(), 0.997));
  EXPECT_FALSE(ClusteredQuantile(Shuffled(), 0.003));
}

// Equal values must not pass for certainty: nobody has seen what lies beyond the largest of them.
TEST(ClusteredQuantileTest, BoundsAQuantileOfEqualValuesOnlyWithEnoughBatches) {
  std::vector<ClusterValue> values = Shuffled();
  EXPECT_FALSE(ClusteredQuantile(values, 0.9999));
  EXPECT_FALSE(ClusteredQuantile(values, 0.0001));
  for (ClusterValue& value : values) {
    value.value = 7;
  }
  EXPECT_EQ(ClusteredQuantile(values, 0.99)->interval.high, 7);
  EXPECT_FALSE(ClusteredQuantile(values, 0.999));
}

// All polls are at the same times: 4 in 10 calls wait 100 ms, the others 200 ms.
TEST(ClusteredQuantileTest, HasNoWidthWhereTheShareOfAnEqualValueIsFarFromIt) {
  std::vector<ClusterValue> values = Shuffled();
  for (ClusterValue& value : values) {
    value.value = value.value <= 400 ? 100 : 200;
  }
  const auto p90 = ClusteredQuantile(values, 0.9);
  ASSERT_TRUE(p90);
  EXPECT_EQ(p90->interval.low, 200);
  EXPECT_EQ(p90->interval.high, 200);
  const auto p41 = ClusteredQuantile(values, 0.41);
  EXPECT_EQ(p41->interval.low, 100);
  EXPECT_EQ(p41->interval.high, 200);
}

TEST(ClusteredQuantileTest, NeedsFiniteValuesInTwoClusters) {
  EXPECT_FALSE(ClusteredQuantile({}, 0.5));
  EXPECT_FALSE(ClusteredQuantile(std::vector<ClusterValue>(10), 0.5));
  EXPECT_FALSE(ClusteredQuantile(
      std::vector<ClusterValue>{{.cluster = 1, .value = 1}, {.cluster = 2, .value = std::nan("")}},
      0.5));
}

}  // namespace
}  // namespace results
