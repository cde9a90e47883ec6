#include "results/lib/bootstrap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "batcher/base/random.h"

namespace results {
namespace {

std::vector<double> Noise(std::size_t count) {
  batcher::RandomStream random(1);
  std::vector<double> values(count);
  std::ranges::generate(values, [&] { return random.Normal(); });
  return values;
}

double Mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

TEST(DefaultBlockLengthTest, IsTheCubeRootOfTheLengthForIndependentValues) {
  EXPECT_EQ(DefaultBlockLength(Noise(1000)), 10U);
  EXPECT_EQ(DefaultBlockLength(Noise(8000)), 20U);
}

// Ten neighbours that are equal have r = 0.9: 10 * (2.449 * 0.9 / 0.19)^(2 / 3) is about 51.
TEST(DefaultBlockLengthTest, GrowsWithTheDependence) {
  std::vector<double> values = Noise(1000);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = values[i / 10 * 10];
  }
  EXPECT_GE(DefaultBlockLength(values), 40U);
  EXPECT_LE(DefaultBlockLength(values), 65U);
}

TEST(DefaultBlockLengthTest, IsBetweenOneAndAQuarterOfTheSeries) {
  std::vector<double> rising(100);
  std::iota(rising.begin(), rising.end(), 0.0);
  EXPECT_EQ(DefaultBlockLength(rising), 25U);
  EXPECT_EQ(DefaultBlockLength({}), 1U);
}

TEST(BlockBootstrapTest, IsCloseToTheNormalIntervalForIndependentValues) {
  const std::vector<double> values = Noise(400);
  const auto interval = BlockBootstrap(values, Mean, {.block_length = 1});
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->estimate, Mean(values));
  EXPECT_NEAR(interval->low, interval->estimate - 1.96 / 20, 0.02);
  EXPECT_NEAR(interval->high, interval->estimate + 1.96 / 20, 0.02);
}

TEST(BlockBootstrapTest, KeepsNeighboursTogether) {
  std::vector<double> alternating(200);
  for (std::size_t i = 0; i < alternating.size(); ++i) {
    alternating[i] = i % 2 == 0 ? 1 : -1;
  }
  const Interval single = *BlockBootstrap(alternating, Mean, {.block_length = 1});
  const Interval pairs = *BlockBootstrap(alternating, Mean, {.block_length = 2});
  EXPECT_GT(single.high - single.low, 0.2);
  EXPECT_EQ(pairs.high, 0);
  EXPECT_EQ(pairs.low, 0);
}

TEST(BlockBootstrapTest, GivesTheStatisticASeriesOfTheSameLength) {
  const auto length = [](std::span<const double> values) {
    return static_cast<double>(values.size());
  };
  const auto interval = BlockBootstrap(Noise(101), length, {.block_length = 7});
  EXPECT_EQ(interval->low, 101);
  EXPECT_EQ(interval->high, 101);
}

TEST(BlockBootstrapTest, IsTheSameForTheSameSeed) {
  const std::vector<double> values = Noise(100);
  EXPECT_EQ(BlockBootstrap(values, Mean, {.seed = 7})->low,
            BlockBootstrap(values, Mean, {.seed = 7})->low);
  EXPECT_NE(BlockBootstrap(values, Mean, {.seed = 7})->low,
            BlockBootstrap(values, Mean, {.seed = 8})->low);
}

TEST(BlockBootstrapTest, NeedsTwentyValuesAndTwoBlocks) {
  EXPECT_TRUE(BlockBootstrap(Noise(20), Mean, {}));
  EXPECT_FALSE(BlockBootstrap(Noise(19), Mean, {}));
  EXPECT_TRUE(BlockBootstrap(Noise(20), Mean, {.block_length = 10}));
  EXPECT_FALSE(BlockBootstrap(Noise(20), Mean, {.block_length = 11}));
}

TEST(BlockBootstrapTest, IsNoneForNumbersThatAreNotFinite) {
  std::vector<double> values = Noise(100);
  const auto undefined = [](std::span<const double> /*values*/) { return std::nan(""); };
  EXPECT_FALSE(BlockBootstrap(values, undefined, {}));
  values[3] = std::nan("");
  EXPECT_FALSE(BlockBootstrap(values, Mean, {}));
}

TEST(BlockBootstrapTest, RefusesOptionsOutOfRange) {
  const std::vector<double> values = Noise(100);
  EXPECT_DEATH(static_cast<void>(BlockBootstrap(values, Mean, {.block_length = 0})),
               "block_length >= 1");
  EXPECT_DEATH(static_cast<void>(BlockBootstrap(values, Mean, {.resamples = 39})),
               "kFewestResamples");
}

}  // namespace
}  // namespace results
