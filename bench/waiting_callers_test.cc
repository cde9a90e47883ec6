// Goal: the test whether callers wait fires at its level where nobody does, however bursty calls
// are, and sees closed loops. Method: arrivals of many kinds go through the real batcher in virtual
// time, with a service of constant times and one with a wide spread, and windows of 10 to 100 ms;
// the log that this leaves is tested.

#include "results/lib/waiting_callers.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "bench/simulate.h"
#include "scenarios/load.h"

namespace bench {
namespace {

using batcher::Instant;
using results::WaitingTest;

constexpr std::array<const char*, 2> kServers = {
    R"({})", R"({"single": {"kind": "lognormal", "median": "60ms", "p99": "200ms"},
                 "batch": {"jitter": {"kind": "lognormal", "cv": 0.3}}})"};
constexpr std::array<const char*, 3> kWindows = {"10ms", "30ms", "100ms"};

// The log of one run. The seed also chooses the window and the service.
std::optional<WaitingTest> TestRun(const std::string& arrivals, std::uint64_t seed) {
  const std::string window = kWindows.at(seed % 3);
  const auto scenario = scenarios::ParseScenario(
      R"({"arrivals": )" + arrivals + R"(, "batcher": {"policy": {"kind": "window", "window": ")" +
          window + R"("}}, "server": )" + kServers.at(seed / 3 % 2) + R"(, "seed": )" +
          std::to_string(seed) + "}",
      "test.json");
  EXPECT_TRUE(scenario) << scenario.error().message;
  const auto run = Simulate(*scenario, {});
  EXPECT_TRUE(run);
  std::vector<Instant> submitted;
  std::vector<Instant> delivered;
  for (const batcher::CallRecord& call : run->ledger.calls) {
    submitted.push_back(call.submitted);
    delivered.push_back(call.delivered);
  }
  return results::TestWaitingCallers(submitted, delivered, seed);
}

struct Counts {
  int tested = 0;
  int below_level = 0;  // p < 5 %
  int strong = 0;
};

Counts Count(const std::string& arrivals, std::uint64_t runs) {
  Counts counts;
  for (std::uint64_t seed = 0; seed < runs; ++seed) {
    if (const auto test = TestRun(arrivals, seed)) {
      ++counts.tested;
      counts.below_level += test->p_value < 0.05 ? 1 : 0;
      counts.strong += test->strong ? 1 : 0;
    }
  }
  return counts;
}

// Of 60 logs of one kind 3 are expected below 5 %; more than 8 come by chance in 0.3 % of cases.
// Bursts that outlast the service are the trap: deliveries then come while others still call.
TEST(WaitingCallersLevelTest, OpenArrivalsAreTakenForWaitingOnesNoMoreOftenThanStated) {
  int tested = 0;
  int below_level = 0;
  for (const std::string arrivals :
       {R"({"kind": "poisson", "rate": "3/s", "count": 1000})",
        R"({"kind": "poisson", "rate": "10/s", "count": 1000})",
        R"({"kind": "poisson", "rate": "200/s", "count": 1000})",
        R"({"kind": "on_off", "rate_on": "100/s", "mean_on": "1s", "mean_off": "4s",
            "count": 1000})",
        R"({"kind": "on_off", "rate_on": "20/s", "mean_on": "5s", "mean_off": "10s",
            "count": 1000})",
        R"({"kind": "on_off", "rate_on": "15/s", "rate_off": "1/s", "mean_on": "1s",
            "mean_off": "3s", "count": 2000})",
        R"({"kind": "on_off", "rate_on": "200/s", "mean_on": "100ms", "mean_off": "400ms",
            "count": 1000})",
        R"({"kind": "pareto", "mean_gap": "50ms", "alpha": 1.3, "count": 1000})",
        R"({"kind": "burst", "size": 100, "spread": "500ms", "every": "3s", "count": 10})",
        R"({"kind": "constant", "rate": "20/s", "count": 1000})"}) {
    const Counts counts = Count(arrivals, 60);
    EXPECT_LE(counts.below_level, 8) << arrivals;
    EXPECT_LE(counts.strong, 1) << arrivals;
    tested += counts.tested;
    below_level += counts.below_level;
  }
  EXPECT_GE(tested, 450);
  EXPECT_LE(below_level, 0.05 * tested);
}

TEST(WaitingCallersPowerTest, ShortThoughtsOfFewCallersAreAlwaysSeenAndStrong) {
  for (const std::string arrivals :
       {R"({"kind": "closed", "callers": 5, "think": "20ms", "for": "30s"})",
        R"({"kind": "closed", "callers": 20, "think": "20ms", "for": "20s"})",
        R"({"kind": "closed", "callers": 40, "think": "20ms", "for": "20s"})"}) {
    const Counts counts = Count(arrivals, 12);
    EXPECT_EQ(counts.below_level, 12) << arrivals;
    EXPECT_EQ(counts.strong, 12) << arrivals;
  }
}

// About 2,600 calls in each log.
TEST(WaitingCallersPowerTest, ThoughtsOfTheLengthOfTheServiceAreNearlyAlwaysSeen) {
  const Counts counts =
      Count(R"({"kind": "closed", "callers": 20, "think": "100ms", "for": "30s"})", 24);
  EXPECT_GE(counts.below_level, 21);
}

// Power is lost with long thoughts, and comes back with longer logs: the header has the figures.
TEST(WaitingCallersPowerTest, LongThoughtsOfManyCallersAreSeenInLongLogs) {
  const Counts counts =
      Count(R"({"kind": "closed", "callers": 40, "think": "500ms", "for": "160s"})", 12);
  EXPECT_GE(counts.below_level, 7);
}

}  // namespace
}  // namespace bench
