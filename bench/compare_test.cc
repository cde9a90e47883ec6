// Goal: compare says what is there and nothing else, and a gate ends where it should.
// Method: pairs of simulated runs whose difference is known; gates on differences made by hand.

#include <gtest/gtest.h>

#include "bench/compare_gate.h"
#include "bench/simulate.h"
#include "results/lib/comparison.h"
#include "scenarios/load.h"

namespace {

using bench::GateStatus;
using results::ComparedPair;
using results::Interval;

results::Ledger LedgerOf(std::uint64_t seed, const std::string& window) {
  auto scenario =
      scenarios::LoadScenario(SCENARIOS_FOLDER "/web-poisson.json",
                              {"batcher.policy.window=" + window, "seed=" + std::to_string(seed)});
  EXPECT_TRUE(scenario) << scenario.error().message;
  auto run = bench::Simulate(*scenario, {});
  EXPECT_TRUE(run) << run.error().message;
  return std::move(run->ledger);
}

bool Different(const results::Ledger& a, const results::Ledger& b) {
  for (const ComparedPair& pair : results::CompareRuns(a, b)) {
    if (pair.shown) {
      return true;
    }
  }
  return false;
}

// At most 5 of 100 equal pairs should show one, in the long run.
TEST(CompareRunsTest, EqualScenariosShowNoDifferenceAndLongerWindowsDo) {
  int no_difference = 0;
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const results::Ledger one = LedgerOf(seed, "50ms");
    no_difference += Different(one, LedgerOf(1000 + seed, "50ms")) ? 0 : 1;
    found += Different(one, LedgerOf(2000 + seed, "52.5ms")) ? 1 : 0;
  }
  std::printf("no difference %d of 100, found %d of 100\n", no_difference, found);
  EXPECT_GE(no_difference, 93);
  EXPECT_GE(found, 95);
}

TEST(CompareRunsTest, WhatIsShortIsNotCompared) {
  results::Ledger some = LedgerOf(1, "50ms");
  some.calls.resize(1000);
  some.batches.resize(100);
  for (const ComparedPair& pair : results::CompareRuns(some, LedgerOf(2, "50ms"))) {
    EXPECT_NE(pair.quantity.name, "latency.p99");  // it wants 460 batches
  }
  EXPECT_TRUE(results::CompareRuns({}, {}).empty());
}

results::PointValues Values(double latency, double spread, std::uint64_t first_seed) {
  results::PointValues values;
  for (std::uint64_t i = 0; i < 6; ++i) {
    std::vector<std::optional<double>> all(results::ComparedQuantities().size());
    all[0] = latency + spread * static_cast<double>(i);
    values[first_seed + i] = all;
  }
  return values;
}

// The values vary by more than the difference, but together.
TEST(CompareSweepsTest, TheSameSeedsArePairedAndOthersAreNot) {
  const std::map<std::string, results::PointValues> a = {{"20ms", Values(100, 5, 1)}};
  const auto same = results::CompareSweeps(a, {{"20ms", Values(102, 5, 1)}}, {"20ms"});
  ASSERT_EQ(same.size(), 1U);
  EXPECT_EQ(same[0].point, "20ms");
  EXPECT_EQ(same[0].quantity.name, "latency.mean");
  EXPECT_DOUBLE_EQ(same[0].difference.estimate, 2);
  EXPECT_TRUE(same[0].shown);
  const auto others = results::CompareSweeps(a, {{"20ms", Values(102, 5, 50)}}, {"20ms"});
  ASSERT_EQ(others.size(), 1U);
  EXPECT_DOUBLE_EQ(others[0].difference.estimate, 2);
  EXPECT_FALSE(others[0].shown);
  EXPECT_TRUE(results::CompareSweeps(a, {{"30ms", Values(102, 5, 1)}}, {"20ms"}).empty());
}

ComparedPair Pair(std::size_t quantity, double a, const Interval& difference) {
  return {.quantity = results::ComparedQuantities()[quantity],
          .a = a,
          .b = a + difference.estimate,
          .difference = difference};
}

GateStatus StatusOf(const std::string& text, const ComparedPair& pair) {
  const auto gate = bench::ParseGate(text);
  EXPECT_TRUE(gate) << gate.error().message;
  return bench::Check(*gate, {pair}).status;
}

TEST(CompareGateTest, FailsWhereBIsWorseBeyondChance) {
  const auto latency = [](double estimate, double half) {
    return Pair(0, 200, {.estimate = estimate, .low = estimate - half, .high = estimate + half});
  };
  EXPECT_EQ(StatusOf("latency.mean worse by 5%", latency(10, 9)), GateStatus::kFailed);
  EXPECT_EQ(StatusOf("latency.mean worse by 5%", latency(9.9, 1)), GateStatus::kPassed);
  EXPECT_EQ(StatusOf("latency.mean worse by 5%", latency(10, 11)), GateStatus::kLacksEvidence);
  EXPECT_EQ(StatusOf("latency.mean worse by 5%", latency(-50, 1)), GateStatus::kPassed);
  EXPECT_EQ(StatusOf("latency.mean worse by 3ms", latency(3, 1)), GateStatus::kFailed);
  EXPECT_EQ(StatusOf("latency.mean worse by 3ms", latency(2.9, 1)), GateStatus::kPassed);
  EXPECT_EQ(StatusOf("wait.mean worse by 3ms", latency(2.9, 1)), GateStatus::kLacksEvidence);
}

TEST(CompareGateTest, LessSavedIsWorse) {
  const ComparedPair less = Pair(5, 0.8, {.estimate = -0.1, .low = -0.11, .high = -0.09});
  EXPECT_EQ(StatusOf("requests_saved worse by 0.1", less), GateStatus::kFailed);
  EXPECT_EQ(StatusOf("requests_saved worse by 12%", less), GateStatus::kFailed);
  EXPECT_EQ(StatusOf("requests_saved worse by 13%", less), GateStatus::kPassed);
}

TEST(CompareGateTest, WhatIsNoGateSaysWhy) {
  const auto problem = [](const std::string& text) {
    const auto gate = bench::ParseGate(text);
    return gate ? "" : gate.error().message;
  };
  EXPECT_EQ(problem("latency.p99 > 5"),
            "--fail-if: found \"latency.p99 > 5\", wanted such as \"latency.p99 worse by 5%\"");
  EXPECT_NE(problem("speed worse by 5%").find("wanted one of latency.mean, latency.p50"),
            std::string::npos);
  EXPECT_EQ(problem("latency.p99 worse by 5"),
            "--fail-if: found \"5\", wanted an amount above 0, such as 5% or 3ms");
  EXPECT_EQ(problem("errors worse by -1%"),
            "--fail-if: found \"-1%\", wanted an amount above 0, such as 5% or 0.1");
}

}  // namespace
