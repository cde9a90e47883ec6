#include "results/lib/service_fit.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "batcher/base/random.h"

namespace results {
namespace {

using batcher::RandomStream;

constexpr std::array<std::size_t, 7> kSizes = {1, 2, 5, 10, 50, 100, 200};

// Lognormal jitter of mean 1 about 80 ms + 0.5 ms an item.
std::vector<Timing> Timings(RandomStream& random, std::size_t count, double cv) {
  const double sigma = std::sqrt(std::log1p(cv * cv));
  std::vector<Timing> timings;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t size = kSizes[i % kSizes.size()];
    const double jitter = std::exp(sigma * random.Normal() - sigma * sigma / 2);
    timings.push_back({.size = size, .ms = (80 + 0.5 * static_cast<double>(size)) * jitter});
  }
  return timings;
}

TEST(ServiceFitTest, ExactTimingsGiveTheLineItself) {
  RandomStream random(1, "timings");
  const auto fit = FitService(Timings(random, 21, 0));
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->base_ms.estimate, 80, 1e-6);
  EXPECT_NEAR(fit->base_ms.high - fit->base_ms.low, 0, 1e-6);
  EXPECT_NEAR(fit->per_item_ms.estimate, 0.5, 1e-8);
  EXPECT_EQ(fit->cv, 0);
  EXPECT_EQ(fit->timings, 21);
  EXPECT_EQ(fit->smallest, 1);
  EXPECT_EQ(fit->largest, 200);
  EXPECT_FALSE(fit->one_size);
}

TEST(ServiceFitTest, FourStallsInTwentyDoNotTiltTheLine) {
  RandomStream random(1, "timings");
  std::vector<Timing> timings = Timings(random, 20, 0.02);
  for (const std::size_t stalled : {0U, 6U, 11U, 13U}) {
    timings[stalled].ms *= 10;
  }
  const auto fit = FitService(timings);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->base_ms.estimate, 80, 3);
  EXPECT_NEAR(fit->per_item_ms.estimate, 0.5, 0.06);
  EXPECT_LT(fit->cv, 0.06);
}

struct Shares {
  double base = 0;
  double per_item = 0;
  double mean_cv = 0;
};

// How often the intervals hold the truth, of 2,000 experiments: a standard deviation of 0.49 %.
Shares Coverage(double cv, double stalls) {
  constexpr int kExperiments = 2000;
  Shares shares;
  for (std::uint64_t seed = 0; seed < kExperiments; ++seed) {
    RandomStream random(seed, "timings");
    std::vector<Timing> timings = Timings(random, 20, cv);
    for (Timing& timing : timings) {
      timing.ms *= random.Uniform() < stalls ? 3 : 1;
    }
    const ServiceFit fit = *FitService(timings);
    const auto holds = [](const Interval& interval, double truth) {
      return interval.low <= truth && truth <= interval.high ? 1.0 / kExperiments : 0;
    };
    shares.base += holds(fit.base_ms, 80);
    shares.per_item += holds(fit.per_item_ms, 0.5);
    shares.mean_cv += fit.cv / kExperiments;
  }
  return shares;
}

TEST(ServiceFitTest, TheIntervalsHoldTheTruthAsOftenAsTheySay) {
  for (const double cv : {0.05, 0.2, 0.4}) {
    const Shares shares = Coverage(cv, 0);
    EXPECT_GE(shares.base, 0.915) << cv;
    EXPECT_LE(shares.base, 0.97) << cv;
    EXPECT_GE(shares.per_item, 0.915) << cv;
    EXPECT_LE(shares.per_item, 0.97) << cv;
    EXPECT_NEAR(shares.mean_cv, cv, 0.06 * cv) << cv;
  }
}

TEST(ServiceFitTest, TheIntervalsHoldWithStallsToo) {
  const Shares shares = Coverage(0.2, 0.05);
  EXPECT_GE(shares.base, 0.915);
  EXPECT_GE(shares.per_item, 0.915);
  EXPECT_LT(shares.mean_cv, 0.35);
}

TEST(ServiceFitTest, NeitherPartGoesBelowZero) {
  const std::vector<Timing> falling = {{1, 90}, {10, 88}, {50, 80}, {100, 75}};
  const auto flat = FitService(falling);
  ASSERT_TRUE(flat);
  EXPECT_EQ(flat->per_item_ms.estimate, 0);
  EXPECT_EQ(flat->per_item_ms.low, 0);
  EXPECT_GT(flat->base_ms.estimate, 70);

  const std::vector<Timing> steep = {{10, 5}, {20, 15}, {40, 36}, {80, 75}};
  const auto through_zero = FitService(steep);
  ASSERT_TRUE(through_zero);
  EXPECT_EQ(through_zero->base_ms.estimate, 0);
  EXPECT_EQ(through_zero->base_ms.low, 0);
  EXPECT_GT(through_zero->per_item_ms.estimate, 0.5);
}

TEST(ServiceFitTest, TimesOfAllMagnitudesGiveALineAndOrderedEnds) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    RandomStream random(seed, "timings");
    std::vector<Timing> timings;
    for (std::uint64_t i = 0; i < 3 + seed % 6; ++i) {
      timings.push_back({.size = 1 + random.Below(4) * random.Below(300),
                         .ms = std::exp(12 * random.Uniform() - 6)});
    }
    const auto fit = FitService(timings);
    ASSERT_TRUE(fit);
    EXPECT_GT(fit->base_ms.estimate + fit->per_item_ms.estimate, 0) << seed;
    for (const Interval& part : {fit->base_ms, fit->per_item_ms}) {
      EXPECT_TRUE(std::isfinite(part.high)) << seed;
      EXPECT_GE(part.low, 0) << seed;
      EXPECT_LE(part.low, part.estimate) << seed;
      EXPECT_LE(part.estimate, part.high) << seed;
    }
    EXPECT_TRUE(std::isfinite(fit->cv)) << seed;
  }
}

TEST(ServiceFitTest, OneTimingOffAnExactLineWidensTheInterval) {
  const auto fit = FitService(
      std::vector<Timing>{{2, 81}, {5, 82.5}, {10, 85}, {50, 105}, {100, 130}, {100, 200}});
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->base_ms.estimate, 80, 0.1);
  EXPECT_NEAR(fit->per_item_ms.estimate, 0.5, 0.01);
  EXPECT_GT(fit->base_ms.high - fit->base_ms.low, 10);
}

TEST(ServiceFitTest, OneSizeTellsItsMedianAndNothingOfItems) {
  const std::vector<Timing> timings = {{50, 100}, {50, 104}, {50, 96}, {50, 900}, {50, 99}};
  const auto fit = FitService(timings);
  ASSERT_TRUE(fit);
  EXPECT_TRUE(fit->one_size);
  EXPECT_EQ(fit->base_ms.estimate, 100);
  EXPECT_EQ(fit->base_ms.low, 96);
  EXPECT_EQ(fit->base_ms.high, 900);
  EXPECT_EQ(fit->per_item_ms.estimate, 0);
  EXPECT_LT(fit->cv, 0.2);
}

TEST(ServiceFitTest, NoneOfTwoTimingsOrOfTimesThatAreNone) {
  EXPECT_FALSE(FitService(std::vector<Timing>{{1, 60}, {10, 70}}));
  EXPECT_TRUE(FitService(std::vector<Timing>{{1, 60}, {10, 70}, {20, 80}}));
  EXPECT_FALSE(FitService(std::vector<Timing>{{1, 60}, {10, 0}, {20, 80}}));
  EXPECT_FALSE(FitService(std::vector<Timing>{{1, 60}, {0, 70}, {20, 80}}));
  EXPECT_FALSE(FitService(
      std::vector<Timing>{{1, 60}, {10, std::numeric_limits<double>::infinity()}, {20, 80}}));
}

TEST(ServiceFitTest, AMedianLiesBetweenOrderStatistics) {
  const std::vector<double> twenty = {20, 1, 19, 2, 18, 3, 17, 4, 16, 5,
                                      15, 6, 14, 7, 13, 8, 12, 9, 11, 10};
  const Interval interval = MedianInterval(twenty);  // 2 P(fewer than 6 of 20 coins) = 4.1 %
  EXPECT_EQ(interval.estimate, 10);
  EXPECT_EQ(interval.low, 6);
  EXPECT_EQ(interval.high, 15);
}

}  // namespace
}  // namespace results
