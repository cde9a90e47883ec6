#include "scenarios/gap_comb.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <string>
#include <vector>

#include "batcher/base/random.h"
#include "scenarios/call_log.h"
#include "scenarios/describe_arrivals.h"
#include "scenarios/test_arrivals.h"

namespace scenarios {
namespace {

using batcher::Duration;
using batcher::RandomStream;
using namespace std::chrono_literals;

constexpr int kSeeds = 100;

// The gaps between arrivals, whose times are first rounded down to multiples of `rounding`.
std::vector<Duration> GapsBetween(const std::vector<Duration>& times, Duration rounding = 1ns) {
  std::vector<Duration> gaps;
  for (std::size_t i = 1; i < times.size(); ++i) {
    gaps.push_back(times[i] / rounding * rounding - times[i - 1] / rounding * rounding);
  }
  return gaps;
}

// In how many of kSeeds logs of such arrivals a comb is seen.
int SeedsWithCombs(const std::string& arrivals, Duration rounding = 1ns) {
  int seen = 0;
  for (int seed = 1; seed <= kSeeds; ++seed) {
    seen += FindCombs(GapsBetween(Times(All(Open(arrivals, seed))), rounding)).empty() ? 0 : 1;
  }
  return seen;
}

// Poisson gaps of 1/rate, of which the share `planted` is a timer's: `period` and a bit of jitter,
// normal, in relation to it.
std::vector<Duration> GapsWithTimer(Duration period, double planted, double jitter, int count,
                                    std::uint64_t seed) {
  RandomStream draws(seed, "gaps");
  std::vector<Duration> gaps;
  for (int i = 0; i < count; ++i) {
    const bool is_timer = draws.Uniform() < planted;
    gaps.push_back(is_timer ? Duration(std::llround(static_cast<double>(period.count()) *
                                                    (1 + jitter * draws.Normal())))
                            : draws.Exponential(Duration(400ms)));
  }
  return gaps;
}

TEST(GapCombTest, SmoothArrivalsHaveNoComb) {
  EXPECT_LE(SeedsWithCombs(R"({"kind": "poisson", "rate": "3/s", "count": 8000})"), 5);
  EXPECT_LE(SeedsWithCombs(R"({"kind": "poisson", "rate": "200/s", "count": 3000})"), 5);
  EXPECT_LE(SeedsWithCombs(R"({"kind": "poisson", "rate": "20/s", "count": 300})"), 5);
  EXPECT_LE(SeedsWithCombs(R"({"kind": "on_off", "rate_on": "200/s", "rate_off": "1/s",
                              "mean_on": "1s", "mean_off": "4s", "count": 5000})"),
            5);
  EXPECT_LE(SeedsWithCombs(R"({"kind": "pareto", "mean_gap": "100ms", "alpha": 1.5,
                              "count": 5000})"),
            5);
}

TEST(GapCombTest, RoundedStampsAreNoComb) {
  for (const Duration rounding : std::vector<Duration>{1us, 1ms, 10ms}) {
    EXPECT_LE(SeedsWithCombs(R"({"kind": "poisson", "rate": "10/s", "count": 4000})", rounding), 5)
        << rounding.count();
    EXPECT_LE(SeedsWithCombs(R"({"kind": "poisson", "rate": "300/s", "count": 4000})", rounding), 5)
        << rounding.count();
  }
}

TEST(GapCombTest, APlantedTimerIsFoundWithItsEdges) {
  for (const Duration period : std::vector<Duration>{20ms, 100ms, 1s}) {
    int found = 0;
    for (int seed = 1; seed <= kSeeds; ++seed) {
      const std::vector<GapComb> combs =
          FindCombs(GapsWithTimer(period, 0.1, 0.01, 3000, static_cast<std::uint64_t>(seed)));
      if (combs.size() == 1 && combs[0].low < period && combs[0].high > period &&
          combs[0].low > period / 100 * 95 && combs[0].high < period / 100 * 105 &&
          combs[0].share > 0.07 && combs[0].share < 0.16) {
        ++found;
      }
    }
    EXPECT_GE(found, 97) << period.count();
  }
}

TEST(GapCombTest, AnExactTimerIsFoundInAShortLogToo) {
  int found = 0;
  for (int seed = 1; seed <= kSeeds; ++seed) {
    found += FindCombs(GapsWithTimer(100ms, 0.15, 0, 200, static_cast<std::uint64_t>(seed))).empty()
                 ? 0
                 : 1;
  }
  EXPECT_GE(found, 95);
}

TEST(GapCombTest, ATimerIsFoundInRoundedStampsToo) {
  std::vector<Duration> gaps = GapsWithTimer(100ms, 0.1, 0.01, 3000, 1);
  for (Duration& gap : gaps) {
    gap = gap / 1ms * 1ms;
  }
  const std::vector<GapComb> combs = FindCombs(gaps);
  ASSERT_EQ(combs.size(), 1U);
  EXPECT_GT(combs[0].low, 95ms);
  EXPECT_LT(combs[0].high, 105ms);
}

TEST(GapCombTest, TheMostCertainOfTwoTimersComesFirst) {
  std::vector<Duration> gaps = GapsWithTimer(50ms, 0.1, 0.01, 3000, 1);
  const std::vector<Duration> more = GapsWithTimer(500ms, 0.3, 0.01, 3000, 2);
  gaps.insert(gaps.end(), more.begin(), more.end());
  const std::vector<GapComb> combs = FindCombs(gaps);
  ASSERT_EQ(combs.size(), 2U);
  EXPECT_NEAR(batcher::ToMilliseconds(combs[0].low + combs[0].high) / 2, 500, 10);
  EXPECT_NEAR(batcher::ToMilliseconds(combs[1].low + combs[1].high) / 2, 50, 1);
}

TEST(GapCombTest, AMetronomeIsAComb) {
  const std::vector<GapComb> combs = FindCombs(std::vector<Duration>(300, 100ms));
  ASSERT_EQ(combs.size(), 1U);
  EXPECT_LE(combs[0].low, 100ms);
  EXPECT_GE(combs[0].high, 100ms);
  EXPECT_DOUBLE_EQ(combs[0].share, 1);
}

TEST(GapCombTest, NoGapsAndGapsOfZeroHaveNoComb) {
  EXPECT_TRUE(FindCombs({}).empty());
  EXPECT_TRUE(FindCombs(std::vector<Duration>(300, 0ns)).empty());
}

TEST(GapCombTest, TheVariationOfPoissonGapsIsOneAndOfAMetronomeNone) {
  EXPECT_NEAR(GapCv(GapsWithTimer(1s, 0, 0, 20000, 1)), 1, 0.03);
  EXPECT_DOUBLE_EQ(GapCv(std::vector<Duration>(300, 100ms)), 0);
  EXPECT_DOUBLE_EQ(GapCv(std::vector<Duration>{0ms, 2ms}), 1);
  EXPECT_DOUBLE_EQ(GapCv({}), 0);
  EXPECT_DOUBLE_EQ(GapCv(std::vector<Duration>{0ns, 0ns}), 0);
}

CallLog LogOfGaps(const std::vector<Duration>& gaps) {
  CallLog log;
  log.calls.push_back({.at = batcher::At(0ns)});
  for (const Duration gap : gaps) {
    log.calls.push_back({.at = log.calls.back().at + gap});
  }
  return log;
}

TEST(DescribeArrivalsTest, SaysHowManyHowLongHowOftenAndHowTheyVary) {
  EXPECT_EQ(DescribeArrivals(LogOfGaps(std::vector<Duration>(1200, 2857ms))),
            "1,201 calls, 57 min, 0.35/s, regular; 100 % of gaps are 2.850..2.864 s (a timer "
            "upstream?)");
  EXPECT_EQ(DescribeArrivals(LogOfGaps(GapsWithTimer(1s, 0, 0, 8000, 1))).substr(0, 30),
            "8,001 calls, 53 min, 2.53/s, r");
  std::vector<Duration> bursts;
  for (int i = 0; i < 500; ++i) {
    bursts.push_back(i % 10 == 0 ? std::chrono::minutes(20 + i % 17) : Duration(i * 1us));
  }
  EXPECT_EQ(DescribeArrivals(LogOfGaps(bursts)), "501 calls, 23.4 h, 0.358/min, bursty");
}

TEST(DescribeArrivalsTest, SaysTheCombs) {
  const std::string text = DescribeArrivals(LogOfGaps(GapsWithTimer(100ms, 0.1, 0.01, 8000, 1)));
  EXPECT_TRUE(text.ends_with(" % of gaps are 98..103 ms (a timer upstream?)")) << text;
}

}  // namespace
}  // namespace scenarios
