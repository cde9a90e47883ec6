#include "results/lib/quantile.h"

#include <gtest/gtest.h>

#include <vector>

namespace results {
namespace {

using namespace std::chrono_literals;

TEST(QuantileTest, IsTheNearestRank) {
  const std::vector<batcher::Duration> times = {10ns, 20ns, 30ns, 40ns};
  EXPECT_EQ(Quantile(times, 0), 10ns);
  EXPECT_EQ(Quantile(times, 0.25), 10ns);
  EXPECT_EQ(Quantile(times, 0.2500001), 20ns);
  EXPECT_EQ(Quantile(times, 0.5), 20ns);
  EXPECT_EQ(Quantile(times, 0.75), 30ns);
  EXPECT_EQ(Quantile(times, 0.99), 40ns);
  EXPECT_EQ(Quantile(times, 1), 40ns);
}

TEST(QuantileRankTest, IsNotLiftedByTheErrorOfAProductThatShouldBeWhole) {
  EXPECT_EQ(QuantileRank(0.07, 100), 7U);
  EXPECT_EQ(QuantileRank(0.07, 101), 8U);
  EXPECT_EQ(QuantileRank(0.999, 1000), 999U);
  EXPECT_EQ(QuantileRank(0.99, 1'000'000'000), 990'000'000U);
}

TEST(QuantileRankTest, StaysWithinTheValues) {
  EXPECT_EQ(QuantileRank(0, 1), 1U);
  EXPECT_EQ(QuantileRank(1, 7), 7U);
  EXPECT_DEATH(static_cast<void>(QuantileRank(0.5, 0)), "count > 0");
}

TEST(EvidenceNeededTest, IsTheNumberThatSawTheQuantileWithNinetyNinePercent) {
  EXPECT_EQ(EvidenceNeeded(0.5), 7U);
  EXPECT_EQ(EvidenceNeeded(0.9), 44U);
  EXPECT_EQ(EvidenceNeeded(0.95), 90U);
  EXPECT_EQ(EvidenceNeeded(0.99), 460U);
  EXPECT_EQ(EvidenceNeeded(0.999), 4610U);
}

}  // namespace
}  // namespace results
