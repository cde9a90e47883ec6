#include "results/lib/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "batcher/base/random.h"
#include "results/lib/quantile.h"

namespace results {
namespace {

using namespace std::chrono_literals;
using batcher::Duration;

std::vector<Duration> Sample(std::uint64_t seed, std::size_t count) {
  batcher::RandomStream random(seed);
  std::vector<Duration> times(count);
  // Over nine decades, so that every width of bucket is met.
  std::ranges::generate(
      times, [&] { return Duration(std::llround(std::exp(random.Uniform() * std::log(1e9)))); });
  return times;
}

TEST(HistogramTest, IsEmptyAtFirst) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.max(), 0ns);
  EXPECT_EQ(histogram.Mean(), 0ns);
}

TEST(HistogramTest, IsExactBelow2048Nanoseconds) {
  for (std::int64_t value = 0; value < 2048; ++value) {
    Histogram histogram;
    histogram.Add(Duration(value));
    histogram.Add(1s);
    EXPECT_EQ(histogram.Quantile(0.5), Duration(value));
  }
}

TEST(HistogramTest, IsWithinHalfAThousandthOfEveryValue) {
  for (std::uint64_t power = 11; power < 63; ++power) {
    for (const std::int64_t offset : {-1, 0, 1, 777}) {
      const Duration value(static_cast<std::int64_t>(std::uint64_t{1} << power) + offset);
      Histogram histogram;
      histogram.Add(value);
      histogram.Add(Duration::max());
      const auto found = static_cast<double>(histogram.Quantile(0.5).count());
      const auto wanted = static_cast<double>(value.count());
      EXPECT_LE(std::abs(found - wanted), wanted / 2048 + 1) << value.count();
    }
  }
}

TEST(HistogramTest, HasTheQuantilesOfTheExactDefinition) {
  std::vector<Duration> times = Sample(1, 20'000);
  Histogram histogram;
  for (const Duration time : times) {
    histogram.Add(time);
  }
  std::ranges::sort(times);
  for (const double q : {0.0, 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 0.99999, 1.0}) {
    const double exact = static_cast<double>(Quantile(times, q).count());
    EXPECT_NEAR(static_cast<double>(histogram.Quantile(q).count()), exact, exact * 0.0005) << q;
  }
  EXPECT_EQ(histogram.max(), times.back());
  EXPECT_EQ(histogram.Quantile(1), times.back());
}

TEST(HistogramTest, MergesToTheHistogramOfBoth) {
  Histogram first;
  Histogram second;
  Histogram both;
  for (const Duration time : Sample(1, 1000)) {
    first.Add(time);
    both.Add(time);
  }
  for (const Duration time : Sample(2, 2000)) {
    second.Add(time * 10);
    both.Add(time * 10);
  }
  first.Merge(second);
  EXPECT_EQ(first.count(), 3000U);
  EXPECT_EQ(first.Mean(), both.Mean());
  EXPECT_EQ(first.max(), both.max());
  for (const double q : {0.01, 0.5, 0.99}) {
    EXPECT_EQ(first.Quantile(q), both.Quantile(q));
  }
}

TEST(HistogramTest, MergesWithItself) {
  Histogram histogram;
  histogram.Add(1ms);
  histogram.Add(3ms);
  histogram.Merge(histogram);
  EXPECT_EQ(histogram.count(), 4U);
  EXPECT_EQ(histogram.Mean(), 2ms);
}

TEST(HistogramTest, HasTheMeanOfValuesWhoseSumNeeds65Bits) {
  Histogram histogram;
  for (int i = 0; i < 8; ++i) {
    histogram.Add(Duration(std::int64_t{1} << 62));
  }
  EXPECT_EQ(histogram.Mean(), Duration(std::int64_t{1} << 62));
}

TEST(HistogramTest, RefusesANegativeTime) {
  Histogram histogram;
  EXPECT_DEATH(histogram.Add(-1ns), "time.count\\(\\) >= 0");
}

}  // namespace
}  // namespace results
