#include "bench/policy_traffics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

namespace bench {
namespace {

using batcher::Duration;
using batcher::Instant;
using namespace std::chrono_literals;

const PolicyTraffic& Traffic(std::string_view name) {
  return *std::ranges::find(PolicyTraffics(), name, &PolicyTraffic::name);
}

// Of the whole, from the start to the last call.
double CallsPerSecond(std::string_view name, std::size_t calls, std::uint64_t seed) {
  const auto arrivals = ArrivalsOf(Traffic(name), calls, seed);
  return static_cast<double>(calls) / batcher::ToSeconds(arrivals.back().time_since_epoch());
}

// How many gaps are longer.
std::ptrdiff_t GapsAbove(const std::vector<Instant>& arrivals, Duration limit) {
  std::ptrdiff_t above = 0;
  for (std::size_t i = 1; i < arrivals.size(); ++i) {
    above += arrivals[i] - arrivals[i - 1] > limit ? 1 : 0;
  }
  return above;
}

TEST(PolicyTrafficsTest, EachMakesAsManyCallsAsAskedForInOrderAndAgain) {
  for (const PolicyTraffic& traffic : PolicyTraffics()) {
    for (const std::size_t calls : {1U, 999U, 20'000U}) {
      const auto arrivals = ArrivalsOf(traffic, calls, 7);
      EXPECT_EQ(arrivals.size(), calls) << traffic.name;
      EXPECT_TRUE(std::ranges::is_sorted(arrivals)) << traffic.name;
      EXPECT_EQ(arrivals, ArrivalsOf(traffic, calls, 7)) << traffic.name;
      EXPECT_NE(arrivals, ArrivalsOf(traffic, calls, 8)) << traffic.name;
    }
  }
}

// A part that is cut by time has no call at its end or after; a shorter one is its beginning.
TEST(PolicyTrafficsTest, APartEndsInTime) {
  for (const PolicyTraffic& traffic : PolicyTraffics()) {
    const auto make = [&](Duration until) {
      batcher::RandomStream draws(3, "part");
      std::vector<Instant> times;
      traffic.extend(times, {.from = Instant(1s), .until = Instant(until), .calls = 1'000'000},
                     draws);
      return times;
    };
    const auto times = make(60s);
    ASSERT_FALSE(times.empty()) << traffic.name;
    EXPECT_GE(times.front(), Instant(1s)) << traffic.name;
    EXPECT_LT(times.back(), Instant(60s)) << traffic.name;
    EXPECT_TRUE(make(1s).empty()) << traffic.name;
  }
}

// Within four standard errors of what their laws say.
TEST(PolicyTrafficsTest, EachHasItsRate) {
  EXPECT_NEAR(CallsPerSecond("poisson", 100'000, 1), 100, 4 * 100 / 316.0);
  // 1000/s for 0.1 s and 2/s for 1 s. A turn has 102 calls, and their number a spread of about as
  // many.
  EXPECT_NEAR(CallsPerSecond("mmpp", 100'000, 1), 102 / 1.1, 4 * 102 / 1.1 * 1.5 / 31);
  // 1001.5 calls in 3 s, of which 2 s are exponential.
  EXPECT_NEAR(CallsPerSecond("excel", 300'000, 1), 1001.5 / 3, 4 * 1001.5 / 3 * 0.67 / 17);
  EXPECT_NEAR(CallsPerSecond("waves", 300'000, 1), 1000 / 3.121, 4 * 1000 / 3.121 * 0.65 / 17);
}

TEST(PolicyTrafficsTest, ExcelIsBurstsWithSingleEditsInBetween) {
  const auto arrivals = ArrivalsOf(Traffic("excel"), 100'000, 1);
  const auto apart = GapsAbove(arrivals, 2us);
  EXPECT_NEAR(static_cast<double>(apart), 250, 50);  // 100 bursts and 1.5 edits for each
  EXPECT_EQ(GapsAbove(arrivals, 1999ns), 99'999);
}

TEST(PolicyTrafficsTest, WavesAreFiveBurstsAtATime) {
  const auto arrivals = ArrivalsOf(Traffic("waves"), 100'000, 1);
  EXPECT_EQ(GapsAbove(arrivals, 1s), 99);
  EXPECT_EQ(GapsAbove(arrivals, 10ms), 499);
}

// P(gap > x) = (1 + x / 5 ms)^-1.5: 0.0316 beyond 45 ms, 0.001 beyond 495 ms.
TEST(PolicyTrafficsTest, LomaxHasItsTail) {
  const auto arrivals = ArrivalsOf(Traffic("lomax"), 100'001, 1);
  EXPECT_NEAR(static_cast<double>(GapsAbove(arrivals, 45ms)), 3162, 4 * 56);
  EXPECT_NEAR(static_cast<double>(GapsAbove(arrivals, 495ms)), 100, 4 * 10);
}

// Rates from 1 to 2000/s are in it: calls a second, half of the seconds above 45 (the median).
TEST(PolicyTrafficsTest, RegimeHasAllRates) {
  const auto arrivals = ArrivalsOf(Traffic("regime"), 1'000'000, 1);
  std::vector<int> of_second(
      static_cast<std::size_t>(arrivals.back().time_since_epoch() / Duration(1s)) + 1);
  for (const Instant at : arrivals) {
    ++of_second[static_cast<std::size_t>(at.time_since_epoch() / Duration(1s))];
  }
  std::ranges::sort(of_second);
  const auto quantile = [&](double share) {
    return of_second[static_cast<std::size_t>(share * static_cast<double>(of_second.size()))];
  };
  EXPECT_LT(quantile(0.1), 10);
  EXPECT_GT(quantile(0.5), 15);
  EXPECT_LT(quantile(0.5), 130);
  EXPECT_GT(quantile(0.9), 500);
  EXPECT_LT(of_second.back(), 2400);
}

// Bursts of excel are in it, and stretches in which nothing comes for long are few.
TEST(PolicyTrafficsTest, MixedHasStretchesOfEachKind) {
  const auto arrivals = ArrivalsOf(Traffic("mixed"), 300'000, 1);
  std::ptrdiff_t in_bursts = 0;
  for (std::size_t i = 1; i < arrivals.size(); ++i) {
    in_bursts += arrivals[i] - arrivals[i - 1] == 2us ? 1 : 0;
  }
  // By rates: 334 of 627 calls/s are those of excel, if each kind has a quarter of the time.
  EXPECT_NEAR(static_cast<double>(in_bursts) / 300'000, 0.53, 0.2);
}

}  // namespace
}  // namespace bench
