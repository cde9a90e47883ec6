#include "scenarios/dump.h"
#include "scenarios/test_arrivals.h"

namespace scenarios {
namespace {

using batcher::At;
using namespace std::chrono_literals;

std::string Mix(const std::string& parts) { return R"({"kind": "mix", "parts": [)" + parts + "]}"; }

constexpr const char* kTwoByCount = R"({"kind": "constant", "rate": "200/s", "count": 2})";
constexpr const char* kTwoByTime = R"({"kind": "constant", "rate": "200/s", "for": "8ms"})";
constexpr const char* kBursts =
    R"({"kind": "burst", "size": 2, "spread": "0ms", "every": "10ms", "count": 2})";

TEST(MixArrivalsTest, APartBeginsAtTheEndOfTheForBeforeIt) {
  const auto all = All(Open(Mix(std::string(kTwoByTime) + "," + kTwoByTime)));
  EXPECT_EQ(Times(all), (std::vector<batcher::Duration>{0ms, 5ms, 8ms, 13ms}));
  EXPECT_EQ(all[3].ordinal, 3U);
  EXPECT_EQ(all[3].burst, kNoBurst);
}

TEST(MixArrivalsTest, WithoutAForItBeginsAtTheLastCallBeforeIt) {
  EXPECT_EQ(Times(All(Open(Mix(std::string(kTwoByCount) + "," + kTwoByCount)))),
            (std::vector<batcher::Duration>{0ms, 5ms, 5ms, 10ms}));
}

TEST(MixArrivalsTest, BurstNumbersGoOn) {
  const auto all = All(Open(Mix(std::string(kBursts) + "," + kTwoByTime + "," + kBursts)));
  EXPECT_EQ(Times(all), (std::vector<batcher::Duration>{0ms, 0ms, 10ms, 10ms, 10ms, 15ms, 18ms,
                                                        18ms, 28ms, 28ms}));
  std::vector<std::uint32_t> bursts;
  bursts.reserve(all.size());
  for (const Arrival& arrival : all) {
    bursts.push_back(arrival.burst);
  }
  EXPECT_EQ(bursts, (std::vector<std::uint32_t>{0, 0, 1, 1, kNoBurst, kNoBurst, 2, 2, 3, 3}));
}

// At 0.0001/s a second passes without a call in 9,999 of 10,000 seeds.
TEST(MixArrivalsTest, APartWithoutCallsStillTakesItsTime) {
  const auto all = All(Open(
      Mix(std::string(R"({"kind": "poisson", "rate": "0.0001/s", "for": "1s"},)") + kTwoByTime)));
  EXPECT_EQ(Times(all), (std::vector<batcher::Duration>{1000ms, 1005ms}));
}

TEST(MixArrivalsTest, ACopyGoesOnWithTheSameArrivals) {
  ArrivalStream stream = Open(Mix(std::string(kBursts) + "," + kTwoByCount));
  (void)stream.Next();
  const ArrivalStream copy = stream;
  EXPECT_EQ(Times(All(stream)), Times(All(copy)));
}

TEST(MixArrivalsTest, EqualPartsHaveEqualStatisticsButOtherTimes) {
  const std::string part = R"({"kind": "poisson", "rate": "200/s", "for": "100s"})";
  const auto all = All(Open(Mix(part + "," + part)));
  std::vector<batcher::Duration> first;
  std::vector<batcher::Duration> second;
  for (const batcher::Duration at : Times(all)) {
    (at < 100s ? first : second).push_back(at < 100s ? at : at - 100s);
  }
  // 20,000 calls each, with a standard error of 141.
  EXPECT_NEAR(static_cast<double>(first.size()), 20'000, 600);
  EXPECT_NEAR(static_cast<double>(second.size()), 20'000, 600);
  EXPECT_NE(first, second);
  EXPECT_EQ(Times(all), Times(All(Open(Mix(part + "," + part)))));
  EXPECT_NE(Times(all), Times(All(Open(Mix(part + "," + part), 2))));
}

// What comes first must not depend on what comes after it.
TEST(MixArrivalsTest, APartIsTheSameWhateverFollows) {
  const std::string part = R"({"kind": "poisson", "rate": "200/s", "count": 50})";
  auto longer = Times(All(Open(Mix(part + "," + kBursts))));
  longer.resize(50);
  EXPECT_EQ(longer, Times(All(Open(Mix(part)))));
}

TEST(MixArrivalsTest, TheFilesOfPartsAreBesideTheScenario) {
  const batcher::TestFolder folder;
  (void)folder.Write("trace.csv", "arrival_ns\n0\n4000000\n");
  const auto scenario = LoadScenario(
      folder.Write("mix.json",
                   R"({"arrivals": {"kind": "mix", "parts": [{"kind": "trace", "file": "trace.csv"},
          {"kind": "trace", "file": "trace.csv", "speed": 2}]}})"));
  ASSERT_TRUE(scenario) << scenario.error().message;
  const auto stream = OpenArrivals(*scenario);
  ASSERT_TRUE(stream) << stream.error().message;
  EXPECT_EQ(Times(All(*stream)), (std::vector<batcher::Duration>{0ms, 4ms, 4ms, 6ms}));
  EXPECT_EQ(scenario->arrivals.Choices("parts")[0].Text("file"), folder.Path("trace.csv"));
}

TEST(MixArrivalsTest, AFileThatIsMissingIsNamedWhenOpened) {
  const auto scenario = ParseScenario(
      R"({"arrivals": )" + Mix(R"({"kind": "trace", "file": "/nowhere/t.csv"})") + "}", "s.json");
  ASSERT_TRUE(scenario) << scenario.error().message;
  EXPECT_EQ(OpenArrivals(*scenario).error().message,
            "/nowhere/t.csv: can't be opened: No such file or directory");
}

TEST(MixArrivalsTest, AProblemOfAPartHasItsPath) {
  EXPECT_EQ(Refused(Mix(std::string(kBursts) + R"(, {"kind": "poisson", "rate": "0/s"})")),
            "test.json: arrivals.parts[1].rate: found \"0/s\", wanted a rate with a unit, such as "
            "\"200/s\", at least 0.0001/s");
  EXPECT_EQ(Refused(Mix(R"({"kind": "poisson"})")),
            "test.json: arrivals.parts[0]: found neither count nor for, wanted one of them");
  EXPECT_EQ(Refused(Mix(R"({"kind": "burst", "sise": 5})")),
            "test.json: arrivals.parts[0].sise: unknown field; allowed: kind, size, spread, every, "
            "count");
  EXPECT_EQ(Refused(Mix("5")), "test.json: arrivals.parts[0]: found 5, wanted an object");
}

TEST(MixArrivalsTest, PartsAreNamedKindsOtherThanMix) {
  const std::string wanted =
      ", wanted one of constant, poisson, on_off, pareto, empirical, ramp, diurnal, burst, trace, "
      "closed";
  EXPECT_EQ(Refused(Mix(Mix(kBursts))),
            "test.json: arrivals.parts[0].kind: found \"mix\"" + wanted);
  EXPECT_EQ(Refused(Mix(R"({"size": 5})")), "test.json: arrivals.parts[0].kind: missing" + wanted);
}

TEST(MixArrivalsTest, ThereMustBeParts) {
  EXPECT_EQ(Refused(R"({"kind": "mix"})"),
            "test.json: arrivals.parts: missing, wanted a list of objects, each with a kind");
  EXPECT_EQ(Refused(Mix("")),
            "test.json: arrivals.parts: found an empty list, wanted a list of objects, each with a "
            "kind, at least 1");
  EXPECT_EQ(Refused(R"({"kind": "mix", "parts": 5})"),
            "test.json: arrivals.parts: found 5, wanted a list of objects, each with a kind");
}

TEST(MixArrivalsTest, ARunLongerThanADoubleCountsIsRefused) {
  const std::string half = R"({"kind": "constant", "rate": "1/s", "for": "1200h"})";
  EXPECT_EQ(Refused(Mix(half + "," + half)), "accepted");
  EXPECT_EQ(Refused(Mix(half + "," + half + "," + kTwoByTime)),
            "test.json: arrivals: found parts of 8640000.008s in all, wanted at most 2400h");
}

TEST(MixArrivalsTest, ReadsBackFromItsDump) {
  const auto scenario = ParseScenario(
      R"({"arrivals": )" + Mix(R"({"kind": "on_off", "rate_off": "7/m", "for": "1.5s"},
                 {"kind": "trace", "file": "t.csv"}, {"kind": "burst"})") +
          "}",
      "/folder/s.json");
  ASSERT_TRUE(scenario) << scenario.error().message;
  const std::string text = DumpScenario(*scenario);
  EXPECT_NE(text.find(R"("file": "/folder/t.csv")"), std::string::npos);
  const auto again = ParseScenario(text, "elsewhere/dump.json");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(DumpScenario(*again), text);
  EXPECT_EQ(again->arrivals.Choices("parts").size(), 3U);
}

}  // namespace
}  // namespace scenarios
