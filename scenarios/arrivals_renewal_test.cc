// Goal: on_off, pareto and empirical have the rates and the shapes that they are documented with.
// Method: long samples at fixed seeds against closed forms, with what chance allows in comments.

#include "scenarios/test_arrivals.h"

namespace scenarios {
namespace {

using batcher::At;
using namespace std::chrono_literals;

// The calls of each window of that length, up to the last full one.
std::vector<double> CountsPerWindow(const std::vector<Arrival>& arrivals, batcher::Duration window,
                                    std::size_t windows) {
  std::vector<double> counts(windows, 0.0);
  for (const Arrival& arrival : arrivals) {
    counts.at(static_cast<std::size_t>(arrival.at.time_since_epoch() / window)) += 1;
  }
  return counts;
}

// The rate is on for a quarter of the time: 325/s on average. The counts of windows of length t
// have the ratio 1 + 2 c / (rate s) (1 - (1 - e^-st) / (st)) of variance to mean, where
// c = 1/4 * 3/4 * (1000 - 100)^2 is the variance of the rate and s = 1 / 50 ms + 1 / 150 ms the
// decay of its memory: 23.8 at 100 ms. Source: Heffes, Lucantoni, A Markov modulated
// characterization of packetized voice and data traffic (1986). Over 4,000 s the rate has a
// standard error of 0.54 %, the ratio one of about 1 %.
TEST(OnOffArrivalsTest, HasTheRateAndTheClustersOfItsTwoStates) {
  const auto all = All(Open(R"({"kind": "on_off", "rate_on": "1000/s", "rate_off": "100/s",
                                "mean_on": "50ms", "mean_off": "150ms", "for": "4000s"})"));
  const std::vector<double> counts = CountsPerWindow(all, 100ms, 40'000);
  EXPECT_NEAR(Mean(counts) * 10, 325, 325 * 0.02);
  const double s_t = (1 / 0.05 + 1 / 0.15) * 0.1;
  const double clusters = 2 * (0.1875 * 900 * 900) / (325 * s_t / 0.1);
  const double ratio = 1 + clusters * (1 - ExponentialCdf(s_t) / s_t);
  EXPECT_NEAR(ratio, 23.8, 0.1);
  EXPECT_NEAR(Variance(counts) / Mean(counts), ratio, ratio * 0.05);
}

// At 10,000/s while on and none while off, a gap above 5 ms is an off time and its ends, so the
// pauses show the states themselves.
TEST(OnOffArrivalsTest, ARateOfZeroLeavesPausesWithTheLengthsOfOff) {
  const auto all = All(Open(R"({"kind": "on_off", "rate_on": "10000/s", "rate_off": "0/s",
                                "mean_on": "100ms", "mean_off": "300ms", "for": "1000s"})"));
  std::vector<double> pauses;
  double paused = 0;
  for (const double gap : Gaps(all)) {
    if (gap > 0.005) {
      pauses.push_back(gap - 0.005);  // Without memory: what is left of it has the same law.
      paused += gap;
    }
  }
  // 2,500 turns less those with a pause below 5 ms; the share of time has an error of 0.005.
  EXPECT_NEAR(static_cast<double>(pauses.size()), 2459, 150);
  EXPECT_NEAR(paused / 1000, 0.75, 0.02);
  EXPECT_LT(KolmogorovDistance(pauses, [](double x) { return ExponentialCdf(x / 0.3); }), 1.63);
}

// 1,000 seeds: a share of 0.25 with a standard error of 0.014.
TEST(OnOffArrivalsTest, StartsInAStateAtRandomByItsShareOfTime) {
  double on_at_start = 0;
  for (int seed = 0; seed < 1000; ++seed) {
    auto stream = Open(R"({"kind": "on_off", "rate_on": "1000000/s", "rate_off": "0/s",
                           "mean_on": "1s", "mean_off": "3s", "count": 1})",
                       seed);
    on_at_start += stream.Next()->at < At(100us) ? 1 : 0;
  }
  EXPECT_NEAR(on_at_start / 1000, 0.25, 0.04);
}

TEST(OnOffArrivalsTest, StatesWithoutCallsAreRefused) {
  const std::string short_states =
      R"({"kind": "on_off", "rate_off": "0/s", "mean_on": "1us", "mean_off": "1s", "count": 5,)";
  EXPECT_EQ(Refused(short_states + R"("rate_on": "999/s"})"),
            "test.json: arrivals: found less than one call in 1,000 turns of on and off, wanted "
            "longer means or higher rates");
  EXPECT_EQ(Refused(short_states + R"("rate_on": "1000/s"})"), "accepted");
  EXPECT_EQ(Refused(R"({"kind": "on_off", "rate_on": "0/s", "count": 5})"),
            "test.json: arrivals.rate_on: found \"0/s\", wanted a rate with a unit, such as "
            "\"200/s\", at least 0.0001/s");
}

// On for half of the time: 8,640,000 calls at 1/s take the longest run.
TEST(OnOffArrivalsTest, ARunThatIsTooLongOnAverageIsRefused) {
  const std::string half =
      R"({"kind": "on_off", "rate_on": "2/s", "mean_on": "1s", "mean_off": "1s", "count": )";
  EXPECT_EQ(Refused(half + "8640000}"), "accepted");
  EXPECT_EQ(Refused(half + "8640001}"),
            "test.json: arrivals: the last call would come after more than 2400h, wanted a smaller "
            "count or a higher rate");
}

double LomaxCdf(double x, double mean, double alpha) {
  return 1 - std::pow(1 + x / (mean * (alpha - 1)), -alpha);
}

// For alpha = 3 the gaps have a standard deviation of sqrt(3) means: of 200,000 the mean has a
// standard error of 0.39 %. The variance is finite, but that of its estimate is not: its bounds are
// wide.
TEST(ParetoArrivalsTest, HasTheMeanAndTheVarianceOfItsFields) {
  const auto gaps =
      Gaps(All(Open(R"({"kind": "pareto", "mean_gap": "5ms", "alpha": 3, "count": 200000})")));
  EXPECT_NEAR(Mean(gaps), 0.005, 0.005 * 0.015);
  EXPECT_NEAR(std::sqrt(Variance(gaps)) / 0.005, std::sqrt(3.0), 0.25);
}

// P(gap > 100 means) = (1 + 100 / 0.5)^-1.5: 70 of 200,000, give or take 8. A Poisson process has
// none in e^100.
TEST(ParetoArrivalsTest, GapsFollowThePowerLawIntoItsTail) {
  const auto gaps =
      Gaps(All(Open(R"({"kind": "pareto", "mean_gap": "5ms", "alpha": 1.5, "count": 200000})")));
  EXPECT_LT(KolmogorovDistance(gaps, [](double x) { return LomaxCdf(x, 0.005, 1.5); }), 1.63);
  EXPECT_NEAR(ShareAbove(gaps, 0.5) * 200'000, 200'000 * std::pow(201, -1.5), 30);
}

TEST(ParetoArrivalsTest, ALargeAlphaIsPoisson) {
  const auto gaps = Gaps(
      All(Open(R"({"kind": "pareto", "mean_gap": "5ms", "alpha": 1000000, "count": 100000})")));
  EXPECT_LT(KolmogorovDistance(gaps, [](double x) { return ExponentialCdf(x / 0.005); }), 1.63);
}

TEST(ParetoArrivalsTest, AlphaIsAboveOne) {
  EXPECT_EQ(Refused(R"({"kind": "pareto", "alpha": 1, "count": 5})"),
            "test.json: arrivals.alpha: found 1, wanted a number, at least 1.01");
  EXPECT_EQ(Refused(R"({"kind": "pareto", "alpha": 1.01, "count": 5})"), "accepted");
}

TEST(ParetoArrivalsTest, ARunThatIsTooLongOnAverageIsRefused) {
  EXPECT_EQ(Refused(R"({"kind": "pareto", "mean_gap": "1s", "count": 8640001})"),
            "test.json: arrivals: the last call would come after more than 2400h, wanted a smaller "
            "count or a higher rate");
}

// The largest gaps at the smallest alpha would overflow the sum of nanoseconds many times.
TEST(ParetoArrivalsTest, AGapPastTheEndOfTimeIsTheEnd) {
  const auto all =
      All(Open(R"({"kind": "pareto", "mean_gap": "2h", "alpha": 1.01, "count": 1200})"));
  EXPECT_LE(all.size(), 1200U);
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [](const Arrival& one, const Arrival& other) {
    return one.at < other.at;
  }));
}

class EmpiricalArrivalsTest : public ::testing::Test {
 protected:
  // Of the trace with that content, with these further fields.
  std::string Resampled(std::string_view trace, const std::string& fields) {
    return R"({"kind": "empirical", "file": ")" + folder_.Write("trace.csv", trace) + "\", " +
           fields + "}";
  }
  std::string OpenError(const std::string& arrivals) {
    const auto scenario = ParseScenario(R"({"arrivals": )" + arrivals + "}", "test.json");
    EXPECT_TRUE(scenario) << (scenario ? "" : scenario.error().message);
    const auto stream = OpenArrivals(*scenario);
    return stream ? "opened" : stream.error().message.substr(folder_.Path("").size());
  }

  batcher::TestFolder folder_;
};

// Gaps of 10, 20, 20 and 50 ms; where the trace begins does not matter. Of 100,000 draws each share
// has a standard error of at most 0.0016, the correlation of neighbours one of 0.0032.
TEST_F(EmpiricalArrivalsTest, DrawsEachGapOfTheTraceAlikeAndWithoutMemory) {
  const auto gaps = Gaps(All(Open(Resampled(
      "arrival_ns\n7000000\n17000000\n37000000\n57000000\n107000000\n", R"("count": 100000)"))));
  EXPECT_NEAR(Mean(gaps), 0.025, 0.025 * 0.01);
  EXPECT_EQ(ShareAbove(gaps, 0.0501), 0);
  EXPECT_NEAR(ShareAbove(gaps, 0.0499), 0.25, 0.006);
  EXPECT_EQ(ShareAbove(gaps, 0.0201), ShareAbove(gaps, 0.0499));
  EXPECT_NEAR(ShareAbove(gaps, 0.0199), 0.75, 0.006);
  EXPECT_EQ(ShareAbove(gaps, 0.0101), ShareAbove(gaps, 0.0199));
  EXPECT_EQ(ShareAbove(gaps, 0.0099), 1);
  double products = 0;
  for (std::size_t i = 1; i < gaps.size(); ++i) {
    products += (gaps[i] - 0.025) * (gaps[i - 1] - 0.025);
  }
  EXPECT_NEAR(products / 1e5 / Variance(gaps), 0, 0.012);
}

TEST_F(EmpiricalArrivalsTest, SpeedDividesTheGaps) {
  const auto all =
      All(Open(Resampled("arrival_ns\n0\n40000000\n80000000\n", R"("speed": 4, "count": 3)")));
  EXPECT_EQ(Times(all), (std::vector<batcher::Duration>{10ms, 20ms, 30ms}));
}

TEST_F(EmpiricalArrivalsTest, ATraceWithoutAGapIsRefused) {
  const std::string problem =
      "trace.csv: found all arrivals at one time, wanted a gap to draw from";
  EXPECT_EQ(OpenError(Resampled("arrival_ns\n5\n", R"("count": 9)")), problem);
  EXPECT_EQ(OpenError(Resampled("arrival_ns\n5\n5\n", R"("for": "1s")")), problem);
  EXPECT_EQ(OpenError(Resampled("arrival_ns\n5\n6\n", R"("count": 9)")), "opened");
}

TEST_F(EmpiricalArrivalsTest, WhatIsWrongWithTheFileIsToldAsForATrace) {
  EXPECT_EQ(OpenError(Resampled("arrival_ns\n5\nabc\n", R"("count": 9)")),
            "trace.csv:3: found \"abc\", wanted a whole number of nanoseconds, at least 0, in "
            "column arrival_ns");
  EXPECT_EQ(OpenError(Resampled("arrival_ns\n0\n1000000000\n", R"("count": 8640001)")),
            "trace.csv: the last call would come after more than 2400h, wanted a smaller count or "
            "a higher rate");
}

}  // namespace
}  // namespace scenarios
