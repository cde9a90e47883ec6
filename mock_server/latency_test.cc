#include "mock_server/latency.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

namespace mock_server {
namespace {

using batcher::Choice;
using batcher::Duration;
using batcher::RandomStream;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::HasSubstr;
using testing::Optional;

Choice Law(std::string_view kind, const std::vector<std::pair<std::string_view, double>>& fields) {
  for (const batcher::KindSpec& spec : LatencyKinds()) {
    if (spec.name == kind) {
      Choice choice(spec);
      for (const auto& [name, value] : fields) {
        choice.Set(name, value);
      }
      return choice;
    }
  }
  ADD_FAILURE() << "no kind " << kind;
  return {};
}

std::vector<double> SortedDrawsMs(const Choice& choice, std::size_t count = 100'000) {
  RandomStream random(1, "latency_test");
  const Latency latency(choice);
  std::vector<double> draws;
  for (std::size_t i = 0; i < count; ++i) {
    draws.push_back(batcher::ToMilliseconds(latency.Draw(random)));
  }
  std::ranges::sort(draws);
  return draws;
}

double MeanOf(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  return sum / static_cast<double>(values.size());
}

std::string FileWith(const std::string& content) {
  std::string path = testing::TempDir() + "latency_test_" +
                     testing::UnitTest::GetInstance()->current_test_info()->name() + ".csv";
  std::ofstream(path) << content;
  return path;
}

Choice Empirical(const std::string& content) {
  Choice choice = Law("empirical", {});
  choice.SetText("file", FileWith(content));
  return choice;
}

TEST(LatencyTest, ConstantIsExactAndDrawsNothing) {
  RandomStream random(1, "x");
  RandomStream untouched = random;
  EXPECT_EQ(Latency(ConstantLatency(60ms)).Draw(random), 60ms);
  EXPECT_EQ(Latency(ConstantLatency(Duration(1))).Draw(random), Duration(1));
  EXPECT_EQ(random.Bits(), untouched.Bits());
  EXPECT_DOUBLE_EQ(Latency(ConstantLatency(60ms)).MeanSeconds(), 0.060);
}

TEST(LatencyTest, UniformStaysBetweenItsEnds) {
  const auto draws = SortedDrawsMs(Law("uniform", {{"min", 10e6}, {"max", 30e6}}));
  EXPECT_GE(draws.front(), 10);
  EXPECT_LE(draws.back(), 30);
  EXPECT_NEAR(MeanOf(draws), 20, 0.1);
}

TEST(LatencyTest, ExponentialHasItsMeanAndMedian) {
  const auto draws = SortedDrawsMs(Law("exponential", {{"mean", 40e6}}));
  EXPECT_NEAR(MeanOf(draws), 40, 0.5);
  EXPECT_NEAR(draws[draws.size() / 2], 40 * std::log(2), 0.5);
}

TEST(LatencyTest, LognormalByQuantilesHasThem) {
  const Choice law = Law("lognormal", {{"median", 60e6}, {"p99", 250e6}});
  const auto draws = SortedDrawsMs(law);
  EXPECT_NEAR(draws[draws.size() / 2], 60, 1);
  EXPECT_NEAR(draws[draws.size() / 100 * 99], 250, 8);
  EXPECT_NEAR(Latency(law).MeanSeconds(), MeanOf(draws) / 1e3, 0.001);
}

TEST(LatencyTest, LognormalByMomentsHasThem) {
  const auto draws = SortedDrawsMs(Law("lognormal", {{"mean", 50e6}, {"cv", 0.5}}));
  const double mean = MeanOf(draws);
  double squares = 0;
  for (const double draw : draws) {
    squares += (draw - mean) * (draw - mean);
  }
  EXPECT_NEAR(mean, 50, 0.3);
  EXPECT_NEAR(std::sqrt(squares / static_cast<double>(draws.size())) / mean, 0.5, 0.02);
}

TEST(LatencyTest, ParetoBeginsAtItsMinimumAndHasItsMean) {
  const Choice law = Law("pareto", {{"min", 10e6}, {"alpha", 3}});
  const auto draws = SortedDrawsMs(law);
  EXPECT_GE(draws.front(), 10);
  EXPECT_NEAR(MeanOf(draws), 15, 0.3);
  EXPECT_NEAR(Latency(law).MeanSeconds(), 0.015, 1e-9);
}

TEST(LatencyTest, ParetoWithoutAMeanIsCutAtTheLongestDraw) {
  const Choice law = Law("pareto", {{"min", 10e6}, {"alpha", 0.1}});
  EXPECT_EQ(Latency(law).MeanSeconds(), std::numeric_limits<double>::infinity());
  EXPECT_EQ(SortedDrawsMs(law, 1000).back(), batcher::ToMilliseconds(Latency::kLongestDraw));
  EXPECT_THAT(JitterProblem(law), Optional(HasSubstr("finite mean")));
}

TEST(LatencyTest, EmpiricalDrawsTheRowsOfItsFile) {
  const Choice law = Empirical("latency_ns,status\n1000000,200\n\n3000000,200\r\n");
  ASSERT_EQ(LatencyProblem(law), std::nullopt);
  const auto draws = SortedDrawsMs(law, 10'000);
  EXPECT_EQ(draws.front(), 1);
  EXPECT_EQ(draws.back(), 3);
  EXPECT_NEAR(MeanOf(draws), 2, 0.05);
  EXPECT_DOUBLE_EQ(Latency(law).MeanSeconds(), 0.002);
}

TEST(LatencyTest, EmpiricalNamesTheLineThatIsWrong) {
  EXPECT_THAT(LatencyProblem(Empirical("1000\n-5\n")), Optional(HasSubstr(".csv:2: found \"-5\"")));
  EXPECT_THAT(LatencyProblem(Empirical("1000\nnan\n")), Optional(HasSubstr(".csv:2: found")));
  EXPECT_THAT(LatencyProblem(Empirical("ns\n")), Optional(HasSubstr("holds no number")));
  Choice missing = Law("empirical", {});
  missing.SetText("file", "/nowhere/at/all.csv");
  EXPECT_THAT(LatencyProblem(missing), Optional(HasSubstr("all.csv: cannot be read")));
}

TEST(LatencyTest, RelativeDrawsHaveMeanOne) {
  const Choice jitter = Law("lognormal", {{"cv", 0.2}});
  ASSERT_EQ(JitterProblem(jitter), std::nullopt);
  const Latency latency(jitter);
  RandomStream random(1, "x");
  double sum = 0;
  for (int i = 0; i < 100'000; ++i) {
    sum += latency.DrawRelative(random);
  }
  EXPECT_NEAR(sum / 100'000, 1, 0.005);
}

TEST(LatencyTest, LognormalWantsExactlyOnePair) {
  EXPECT_THAT(LatencyProblem(Law("lognormal", {})), Optional(HasSubstr("median and p99")));
  EXPECT_THAT(LatencyProblem(Law("lognormal", {{"median", 1e6}})), Optional(HasSubstr("pair")));
  EXPECT_THAT(LatencyProblem(Law("lognormal", {{"cv", 0.2}})), Optional(HasSubstr("pair")));
  EXPECT_THAT(LatencyProblem(Law("lognormal", {{"median", 1e6}, {"p99", 2e6}, {"cv", 0.2}})),
              Optional(HasSubstr("pair")));
  EXPECT_EQ(LatencyProblem(Law("lognormal", {{"mean", 1e6}, {"cv", 0.2}})), std::nullopt);
}

TEST(LatencyTest, QuantilesAndEndsMustBeInOrder) {
  EXPECT_EQ(LatencyProblem(Law("lognormal", {{"median", 5e6}, {"p99", 5e6}})), std::nullopt);
  EXPECT_EQ(LatencyProblem(Law("lognormal", {{"median", 5e6}, {"p99", 4e6}})),
            "p99 (4ms) is below median (5ms)");
  EXPECT_EQ(LatencyProblem(Law("uniform", {{"min", 5e6}, {"max", 5e6}})), std::nullopt);
  EXPECT_EQ(LatencyProblem(Law("uniform", {{"min", 5e6}, {"max", 4e6}})),
            "max (4ms) is below min (5ms)");
}

}  // namespace
}  // namespace mock_server
