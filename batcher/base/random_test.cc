#include "batcher/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace batcher {
namespace {

using namespace std::chrono_literals;

constexpr int kDraws = 100'000;

// Every fixed number below is the published one, or comes from an implementation of the same papers
// in another language: a change of the generator would change every ledger ever written.

TEST(RandomTest, MixIsSplitMix64) {
  EXPECT_EQ(Mix(0), 0xe220a8397b1dcdafU);
  EXPECT_EQ(Mix(1), 0x910a2dec89025cc1U);
}

TEST(RandomTest, HashBytesIsFnv1a) {
  EXPECT_EQ(HashBytes(""), 0xcbf29ce484222325U);
  EXPECT_EQ(HashBytes("foobar"), 0x85944171f73967e8U);
}

TEST(RandomStreamTest, IsXoshiro256PlusPlusSeededBySplitMix64) {
  RandomStream stream(0);
  EXPECT_EQ(stream.Bits(), 5'987'356'902'031'041'503U);
  EXPECT_EQ(stream.Bits(), 7'051'070'477'665'621'255U);
  EXPECT_EQ(stream.Bits(), 6'633'766'593'972'829'180U);
}

TEST(RandomStreamTest, OfAPurposeIsTheSameOnEveryMachine) {
  RandomStream stream(1, "arrivals");
  EXPECT_EQ(stream.Bits(), 0x5e0e888756c6f6b8U);
  EXPECT_EQ(stream.Bits(), 0xe8500522a11d5903U);
  EXPECT_EQ(stream.Bits(), 0x00705a2f5b39e4e0U);
}

TEST(RandomStreamTest, PurposesAndSeedsGiveDifferentStreams) {
  EXPECT_NE(RandomStream(1, "arrivals").Bits(), RandomStream(1, "keys").Bits());
  EXPECT_NE(RandomStream(1, "arrivals").Bits(), RandomStream(2, "arrivals").Bits());
}

TEST(RandomStreamTest, ACopyContinuesWithTheSameNumbers) {
  RandomStream stream(7, "arrivals");
  stream.Bits();
  RandomStream copy = stream;
  EXPECT_EQ(copy.Bits(), stream.Bits());
}

TEST(RandomStreamTest, UniformStaysInsideTheOpenUnitIntervalAndIsCentred) {
  RandomStream stream(1, "uniform");
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double u = stream.Uniform();
    ASSERT_GT(u, 0.0);
    ASSERT_LT(u, 1.0);
    sum += u;
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 4 * std::sqrt(1.0 / 12 / kDraws));
}

TEST(RandomStreamTest, BelowReachesEveryNumberUnderItsBoundAndNoOther) {
  RandomStream stream(1, "below");
  std::array<int, 6> seen{};
  for (int i = 0; i < kDraws; ++i) {
    const std::uint64_t drawn = stream.Below(seen.size());
    ASSERT_LT(drawn, seen.size());
    ++seen[drawn];
  }
  const double expected = static_cast<double>(kDraws) / 6;
  for (const int count : seen) {
    EXPECT_NEAR(count, expected, 5 * std::sqrt(expected));
  }
}

TEST(RandomStreamTest, BelowWorksAtBothEndsOfItsRange) {
  RandomStream stream(1, "below");
  const std::uint64_t largest = ~std::uint64_t{0};
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(stream.Below(1), 0U);
    EXPECT_LT(stream.Below(largest), largest);
  }
}

TEST(RandomStreamDeathTest, BelowZeroIsAMistake) {
  RandomStream stream(1, "below");
  EXPECT_DEATH(stream.Below(0), "CHECK failed: bound > 0");
}

TEST(RandomStreamTest, ExponentialHasItsMeanAndItsMemorylessTail) {
  RandomStream stream(1, "exponential");
  double sum = 0;
  int beyond_mean = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = stream.Exponential();
    ASSERT_GE(x, 0.0);
    sum += x;
    beyond_mean += x > 1 ? 1 : 0;
  }
  EXPECT_NEAR(sum / kDraws, 1.0, 4 / std::sqrt(kDraws));
  EXPECT_NEAR(static_cast<double>(beyond_mean) / kDraws, std::exp(-1.0),
              4 * 0.5 / std::sqrt(kDraws));
}

TEST(RandomStreamTest, ExponentialDurationIsTheSameDrawInNanoseconds) {
  RandomStream stream(1, "gaps");
  RandomStream same = stream;
  const Duration gap = stream.Exponential(5ms);
  EXPECT_EQ(gap.count(), std::llround(5e6 * same.Exponential()));
}

TEST(RandomStreamTest, NormalIsStandard) {
  RandomStream stream(1, "normal");
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double z = stream.Normal();
    sum += z;
    squares += z * z;
  }
  EXPECT_NEAR(sum / kDraws, 0.0, 4 / std::sqrt(kDraws));
  EXPECT_NEAR(squares / kDraws, 1.0, 4 * std::sqrt(2.0 / kDraws));
}

TEST(KeyedStreamTest, DependsOnEachPartOfItsKeyAndOnNothingElse) {
  EXPECT_EQ(KeyedStream(1, "service", 5, 0).Bits(), KeyedStream(1, "service", 5, 0).Bits());
  std::vector<std::uint64_t> firsts = {
      KeyedStream(1, "service", 5, 0).Bits(), KeyedStream(2, "service", 5, 0).Bits(),
      KeyedStream(1, "faults", 5, 0).Bits(),  KeyedStream(1, "service", 6, 0).Bits(),
      KeyedStream(1, "service", 5, 1).Bits(), KeyedStream(1, "service", 0, 5).Bits()};
  std::ranges::sort(firsts);
  EXPECT_EQ(std::ranges::adjacent_find(firsts), firsts.end());
}

}  // namespace
}  // namespace batcher
