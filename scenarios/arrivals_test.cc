#include "scenarios/arrivals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "scenarios/test_arrivals.h"

namespace scenarios {
namespace {

using batcher::At;
using namespace std::chrono_literals;

TEST(ConstantArrivalsTest, ComeAtEqualGapsFromTheStart) {
  const auto all = All(Open(R"({"kind": "constant", "rate": "200/s", "count": 4})"));
  EXPECT_EQ(Times(all), (std::vector<batcher::Duration>{0ms, 5ms, 10ms, 15ms}));
  EXPECT_EQ(all[3].ordinal, 3U);
  EXPECT_EQ(all[3].burst, kNoBurst);
}

TEST(ConstantArrivalsTest, RoundingsDoNotAddUp) {
  const auto all = All(Open(R"({"kind": "constant", "rate": "3/s", "count": 3001})"));
  EXPECT_EQ(all[1].at, At(333'333'333ns));
  EXPECT_EQ(all[3000].at, At(1000s));
}

TEST(ConstantArrivalsTest, ForEndsBeforeItsTime) {
  EXPECT_EQ(All(Open(R"({"kind": "constant", "rate": "200/s", "for": "20s"})")).size(), 4000U);
  EXPECT_EQ(All(Open(R"({"kind": "constant", "rate": "200/s", "for": "5ms"})")).size(), 1U);
  EXPECT_EQ(All(Open(R"({"kind": "constant", "rate": "200/s", "for": "5000001ns"})")).size(), 2U);
}

TEST(ArrivalStreamTest, StaysAtItsEnd) {
  ArrivalStream stream = Open(R"({"kind": "constant", "rate": "200/s", "for": "5ms"})");
  EXPECT_TRUE(stream.Next());
  EXPECT_FALSE(stream.Next());
  EXPECT_FALSE(stream.Next());
}

TEST(ArrivalStreamTest, TellsHowMuchOfTheRunIsDone) {
  for (const std::string bound : {R"("count": 4)", R"("for": "40ms")"}) {
    ArrivalStream stream = Open(R"({"kind": "constant", "rate": "100/s", )" + bound + "}");
    (void)stream.Next();
    const auto second = stream.Next();
    ASSERT_TRUE(second);
    EXPECT_NEAR(stream.ShareDone(second->at), bound.front() == '"' && bound[1] == 'c' ? 0.5 : 0.25,
                1e-9);
  }
}

TEST(ArrivalStreamTest, ACopyGoesOnWithTheSameArrivals) {
  ArrivalStream stream = Open(R"({"kind": "poisson", "rate": "200/s", "count": 100})");
  (void)stream.Next();
  const ArrivalStream copy = stream;
  const auto first = All(stream);
  EXPECT_EQ(first.size(), 99U);
  EXPECT_EQ(Times(first), Times(All(copy)));
  EXPECT_EQ(first.front().ordinal, 1U);
}

// Gaps with mean and standard deviation 5 ms: of 200,000 of them the mean has a standard error of
// 0.22 %, the deviation one of 0.32 %; the share of gaps above 5 ms is 1 / e with an error of 0.3
// %.
TEST(PoissonArrivalsTest, GapsAreExponential) {
  const auto times = Times(All(Open(R"({"kind": "poisson", "rate": "200/s", "count": 200000})")));
  double sum = 0;
  double squares = 0;
  int longer = 0;
  batcher::Duration last{0};
  for (const batcher::Duration at : times) {
    const double gap = batcher::ToMilliseconds(at - last);
    ASSERT_GE(gap, 0);
    sum += gap;
    squares += gap * gap;
    longer += gap > 5 ? 1 : 0;
    last = at;
  }
  const double mean = sum / 200000;
  EXPECT_NEAR(mean, 5, 5 * 0.01);
  EXPECT_NEAR(std::sqrt(squares / 200000 - mean * mean), 5, 5 * 0.015);
  EXPECT_NEAR(longer / 200000.0, std::exp(-1), 0.005);
}

TEST(PoissonArrivalsTest, ForBoundsByTime) {
  const auto all = All(Open(R"({"kind": "poisson", "rate": "200/s", "for": "20s"})"));
  EXPECT_NEAR(static_cast<double>(all.size()), 4000, 4 * std::sqrt(4000.0));
  EXPECT_LT(all.back().at, At(20s));
}

TEST(BurstArrivalsTest, SpreadEvenlyFromEachStart) {
  const auto all =
      All(Open(R"({"kind": "burst", "size": 4, "spread": "8ms", "every": "1s", "count": 2})"));
  EXPECT_EQ(Times(all),
            (std::vector<batcher::Duration>{0ms, 2ms, 4ms, 6ms, 1000ms, 1002ms, 1004ms, 1006ms}));
  EXPECT_EQ(all[3].burst, 0U);
  EXPECT_EQ(all[4].burst, 1U);
  EXPECT_EQ(all[7].ordinal, 7U);
}

TEST(BurstArrivalsTest, NoSpreadIsAllAtOnce) {
  const auto all = All(Open(R"({"kind": "burst", "size": 3, "spread": "0ms"})"));
  EXPECT_EQ(Times(all), (std::vector<batcher::Duration>{0ms, 0ms, 0ms}));
}

TEST(BurstArrivalsTest, AnUnevenSpreadIsRoundedCallByCall) {
  const auto all = All(Open(R"({"kind": "burst", "size": 3, "spread": "10ns"})"));
  EXPECT_EQ(Times(all), (std::vector<batcher::Duration>{0ns, 3ns, 6ns}));
}

TEST(BurstArrivalsTest, BurstsMayTouchButNotOverlap) {
  EXPECT_EQ(All(Open(R"({"kind": "burst", "size": 2, "spread": "1s", "every": "1s", "count": 2})"))
                .size(),
            4U);
  EXPECT_EQ(
      Refused(R"({"kind": "burst", "spread": "1001ms", "every": "1s", "count": 2})"),
      "test.json: arrivals: found a spread of 1.001s, wanted at most every (1s), so that bursts "
      "don't overlap");
  EXPECT_EQ(Refused(R"({"kind": "burst", "spread": "2s", "every": "1s", "count": 1})"), "accepted");
}

// Every kind that goes on for ever, with fields such that some 200 calls come in a second.
const std::vector<std::string>& EndlessKinds() {
  static const batcher::TestFolder folder;
  static const std::vector<std::string> kinds = {
      R"("kind": "constant", "rate": "200/s")",
      R"("kind": "poisson", "rate": "200/s")",
      R"("kind": "on_off", "rate_on": "300/s", "rate_off": "100/s", "mean_on": "100ms",
         "mean_off": "100ms")",
      R"("kind": "pareto", "mean_gap": "5ms", "alpha": 3)",
      R"("kind": "empirical", "file": ")" +
          folder.Write("trace.csv", "arrival_ns\n0\n1000000\n10000000\n") + "\"",
      R"("kind": "diurnal", "mean": "200/s", "amplitude": 0.8, "period": "1s")",
  };
  return kinds;
}

TEST(ArrivalsTest, CountAndForBoundEveryEndlessKind) {
  for (const std::string& kind : EndlessKinds()) {
    EXPECT_EQ(All(Open("{" + kind + R"(, "count": 77})")).size(), 77U) << kind;
    const auto all = All(Open("{" + kind + R"(, "for": "20s"})"));
    EXPECT_NEAR(static_cast<double>(all.size()), 4000, 1000) << kind;
    EXPECT_LT(all.back().at, At(20s)) << kind;
    EXPECT_GT(all.back().at, At(19s)) << kind;
  }
}

TEST(ArrivalsTest, SameSeedSameTimesOtherSeedOthers) {
  for (const std::string& kind : EndlessKinds()) {
    const std::string arrivals = "{" + kind + R"(, "count": 100})";
    EXPECT_EQ(Times(All(Open(arrivals, 7))), Times(All(Open(arrivals, 7)))) << kind;
    if (kind.find("constant") == std::string::npos) {
      EXPECT_NE(Times(All(Open(arrivals, 7))), Times(All(Open(arrivals, 8)))) << kind;
    }
  }
}

TEST(ArrivalsTest, NeitherOrBothBoundsAreRefusedForEveryEndlessKind) {
  for (const std::string& kind : EndlessKinds()) {
    EXPECT_EQ(Refused("{" + kind + "}"),
              "test.json: arrivals: found neither count nor for, wanted one of them");
    EXPECT_EQ(Refused("{" + kind + R"(, "count": 9, "for": "1s"})"),
              "test.json: arrivals: found both count and for, wanted one of them");
  }
}

TEST(ArrivalsTest, TheKindsWhoseStatisticsDoNotChangeAreStationary) {
  std::vector<std::string_view> stationary;
  for (const ArrivalKind& kind : ArrivalKinds()) {
    if (kind.stationary) {
      stationary.push_back(kind.spec.name);
    }
  }
  EXPECT_EQ(stationary, (std::vector<std::string_view>{"constant", "poisson", "on_off", "pareto",
                                                       "empirical", "closed"}));
}

// All of 10,000 times in one number, equal from every compiler at every level of optimisation.
TEST(ArrivalsTest, TimesAreTheSameFromEveryCompiler) {
  std::vector<std::uint64_t> fingerprints;
  for (const std::string& kind : EndlessKinds()) {
    fingerprints.push_back(Fingerprint(All(Open("{" + kind + R"(, "count": 10000})"))));
  }
  fingerprints.push_back(
      Fingerprint(All(Open(R"({"kind": "ramp", "from": "10/s", "to": "400/s", "for": "50s"})"))));
  EXPECT_EQ(fingerprints, (std::vector<std::uint64_t>{9821100729488528867U, 13157682005256928652U,
                                                      7823817817248937908U, 18121015603981616991U,
                                                      9715240507655575416U, 16750418060132935616U,
                                                      13235936782701715178U}));
}

TEST(ArrivalsTest, EitherCountOrForIsWanted) {
  EXPECT_EQ(Refused(R"({"kind": "poisson", "count": 10, "for": "1s"})"),
            "test.json: arrivals: found both count and for, wanted one of them");
  EXPECT_EQ(Refused(R"({"kind": "constant", "rate": "5/s"})"),
            "test.json: arrivals: found neither count nor for, wanted one of them");
  EXPECT_EQ(Refused(R"({"kind": "poisson", "count": null, "for": "1s"})"), "accepted");
}

TEST(ArrivalsTest, ARateOfZeroIsRefused) {
  EXPECT_EQ(
      Refused(R"({"kind": "poisson", "rate": "0/s", "count": 10})"),
      "test.json: arrivals.rate: found \"0/s\", wanted a rate with a unit, such as \"200/s\", at "
      "least 0.0001/s");
}

TEST(ArrivalsTest, ARunLongerThanADoubleCountsIsRefused) {
  EXPECT_EQ(Refused(R"({"kind": "poisson", "rate": "1/s", "count": 8640000})"), "accepted");
  EXPECT_EQ(Refused(R"({"kind": "poisson", "rate": "1/s", "count": 8640001})"),
            "test.json: arrivals: the last call would come after more than 2400h, wanted a smaller "
            "count or a higher rate");
}

}  // namespace
}  // namespace scenarios
