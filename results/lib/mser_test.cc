#include "results/lib/mser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "batcher/base/random.h"

namespace results {
namespace {

std::vector<double> Noise(std::uint64_t seed, std::size_t count) {
  batcher::RandomStream random(seed);
  std::vector<double> values(count);
  for (double& value : values) {
    value = random.Normal();
  }
  return values;
}

TEST(MserTest, CutsAStepWhereItEnds) {
  std::vector<double> values = Noise(1, 1000);
  for (std::size_t i = 0; i < 200; ++i) {
    values[i] += 10;
  }
  EXPECT_EQ(Mser5Cut(values), 200U);
}

// By observation 200 the transient has fallen to 10 e^-5, a fifteenth of the noise.
TEST(MserTest, CutsATransientThatDecaysOnceItIsLostInTheNoise) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::vector<double> values = Noise(seed, 2000);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] += 10 * std::exp(-static_cast<double>(i) / 40);
    }
    EXPECT_GE(Mser5Cut(values), 60U) << seed;
    EXPECT_LE(Mser5Cut(values), 400U) << seed;
  }
}

// By chance the first few values may differ: but rarely, and not by many.
TEST(MserTest, CutsLittleOfAStationarySeries) {
  int with_a_long_cut = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    with_a_long_cut += Mser5Cut(Noise(seed, 1000)) > 100 ? 1 : 0;
  }
  EXPECT_LE(with_a_long_cut, 15);
}

TEST(MserTest, CutsNothingOfAConstant) { EXPECT_EQ(Mser5Cut(std::vector<double>(100, 3.0)), 0U); }

TEST(MserTest, CutsAtMostHalf) {
  std::vector<double> values(100);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = i < 70 ? 10 : static_cast<double>(i % 2);
  }
  values[0] = 1000;
  EXPECT_LE(Mser5Cut(values), 50U);
  EXPECT_EQ(Mser5Cut(values) % 5, 0U);
}

TEST(MserTest, SaysNothingOfAShortSeries) {
  std::vector<double> values(50, 0.0);
  values[0] = 100;
  EXPECT_EQ(Mser5Cut(values), 5U);
  values.pop_back();
  EXPECT_EQ(Mser5Cut(values), 0U);
  EXPECT_EQ(Mser5Cut({}), 0U);
}

TEST(MserTest, SaysNothingOfAValueThatIsNotFinite) {
  std::vector<double> values(100, 0.0);
  values[0] = 100;
  values[99] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(Mser5Cut(values), 0U);
}

TEST(MserTest, DoesNotLookAtAnEndThatFillsNoFive) {
  std::vector<double> values(100, 0.0);
  values[0] = 100;
  values.insert(values.end(), 4, 1e6);
  EXPECT_EQ(Mser5Cut(values), 5U);
}

}  // namespace
}  // namespace results
