// Goal: --policy all tries every policy at settings that make sense at the price, and chooses the
// cheapest of each on other runs than it tells of. Method: its plan, and points made by hand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "batcher/core/policy.h"
#include "bench/policy_grid.h"
#include "bench/sweep_policies_choice.h"
#include "bench/sweep_policies_plan.h"
#include "bench/sweep_policies_table.h"
#include "scenarios/load.h"

namespace bench {
namespace {

using namespace std::chrono_literals;
using batcher::Duration;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

SweepPlan Plan(std::vector<std::string> sets = {}, std::optional<Duration> price = {},
               std::size_t replications = 5) {
  const auto plan =
      MakePoliciesPlan({.sets = std::move(sets)}, {.replications = replications}, price);
  EXPECT_TRUE(plan) << plan.error().message;
  return plan ? *plan : SweepPlan{};
}

std::vector<std::string> LabelsOf(const SweepPlan& plan, const std::string& policy) {
  std::vector<std::string> labels;
  for (const SweepPoint& point : plan.points) {
    if (point.policy == policy) {
      labels.push_back(point.label);
    }
  }
  return labels;
}

TEST(PoliciesPlanTest, HasEveryPolicyOfTheRegistryInItsOrder) {
  std::vector<std::string> found;
  for (const SweepPoint& point : Plan().points) {
    if (found.empty() || found.back() != point.policy) {
      found.push_back(point.policy);
    }
  }
  std::vector<std::string> registry;
  for (const batcher::PolicyKind& kind : batcher::PolicyKinds()) {
    registry.emplace_back(kind.spec.name);
  }
  EXPECT_EQ(found, registry);
}

TEST(PoliciesPlanTest, BeginsEachWithItsUsualSettingAndGoesUpToTwiceThePrice) {
  const SweepPlan plan = Plan({}, 20ms);
  EXPECT_THAT(LabelsOf(plan, "natural"), ElementsAre("natural"));
  EXPECT_THAT(LabelsOf(plan, "window"),
              ElementsAre("window 10ms", "window 0ms", "window 200us", "window 300us",
                          "window 500us", "window 1ms", "window 2ms", "window 3ms", "window 5ms",
                          "window 20ms", "window 30ms", "window 40ms"));
  EXPECT_THAT(LabelsOf(plan, "balance"),
              ElementsAre("balance 20ms", "balance 5ms", "balance 10ms", "balance 15ms",
                          "balance 30ms", "balance 40ms", "balance 60ms", "balance 80ms"));
  EXPECT_EQ(LabelsOf(plan, "tick").front(), "tick 100ms");
  EXPECT_THAT(LabelsOf(plan, "linger"), Contains("linger min_size 50, window 20ms"));
  EXPECT_THAT(LabelsOf(plan, "count"), Contains("count 1000"));
  EXPECT_EQ(LabelsOf(Plan({"batcher.max_items=1"}), "count"),
            (std::vector<std::string>{"count 10", "count 1"}));
}

TEST(PoliciesPlanTest, TriesEachSettingOnceAndNoGapAsLongAsItsWindow) {
  const SweepPlan plan = Plan({"batcher.policy.kind=quiet"}, 2ms);
  std::set<std::string> labels;
  for (const SweepPoint& point : plan.points) {
    EXPECT_TRUE(labels.insert(point.label).second) << point.label;
  }
  for (std::size_t point = 0; point < plan.points.size(); ++point) {
    const batcher::Choice policy = ScenarioOf(plan, point, 1)->batcher.policy;
    EXPECT_EQ(policy.kind(), plan.points[point].policy);
    if (policy.kind() == "quiet") {
      EXPECT_LT(policy.Time("gap"), policy.Time("window"));
    }
  }
}

TEST(PoliciesPlanTest, KeepsWhatTheScenarioSaysOfItsOwnPolicy) {
  const SweepPlan plan =
      Plan({R"(batcher.policy={"kind": "balance", "price": "70ms", "window": "300ms"})"});
  EXPECT_EQ(plan.price, 70ms);
  EXPECT_EQ(LabelsOf(plan, "balance").front(), "balance 70ms");
  for (std::size_t point = 0; point < plan.points.size(); ++point) {
    if (plan.points[point].policy == "balance") {
      EXPECT_EQ(ScenarioOf(plan, point, 1)->batcher.policy.Time("window"), 300ms);
    }
  }
  EXPECT_EQ(Plan().price, 100ms) << "no price anywhere";
}

TEST(PoliciesPlanTest, ChoosesByOneHalfOfTheRuns) {
  EXPECT_EQ(Plan().choosing_runs, 2U);
  EXPECT_EQ(Plan({}, {}, 1).choosing_runs, 0U);
  const auto read = ParsePlan(PlanJson(Plan()));
  ASSERT_TRUE(read);
  EXPECT_EQ(PlanJson(*read), PlanJson(Plan()));
}

TEST(PoliciesPlanTest, WhatCannotBeComparedIsOneSentence) {
  const auto joins = MakePoliciesPlan({.sets = {"batcher.join_in_flight=true"}}, {}, {});
  ASSERT_FALSE(joins);
  EXPECT_THAT(joins.error().message, HasSubstr("batcher.join_in_flight"));
  EXPECT_TRUE(MakePoliciesPlan({}, {}, kHighestGridPrice));
  const auto dear = MakePoliciesPlan({}, {}, kHighestGridPrice + 1ns);
  ASSERT_FALSE(dear);
  EXPECT_THAT(dear.error().message, HasSubstr("wanted at most 15m with --policy all"));
}

PointResult Point(const std::string& policy, const std::string& label, double cost_ms) {
  PointResult point;
  point.point = {.label = label, .overrides = {}, .policy = policy};
  point.regret = PointRegret{.run = {.cost_ms = {.value = cost_ms}}};
  point.summary.calls = 1000;
  return point;
}

TEST(PoliciesChoiceTest, TakesTheCheapestOfEachPolicyAndShowsItBesideTheUsual) {
  std::vector<PointResult> points = {
      Point("window", "window 50ms", 7), Point("window", "window 0ms", 9),
      Point("window", "window 1ms", 5),  Point("natural", "natural", 8),
      Point("count", "count 10", 2),     Point("count", "count 1", 6)};
  points[4].summary.errors = 100;
  const auto policies = ChoosePolicies(points);
  ASSERT_EQ(policies.size(), 3U);
  EXPECT_EQ(policies[0].usual, 0U);
  EXPECT_EQ(policies[0].best, 2U);
  EXPECT_EQ(policies[0].tried, 3U);
  EXPECT_EQ(policies[1].best, 3U);
  EXPECT_EQ(policies[2].best, 5U) << "of count 10 a tenth of the calls goes unanswered";
  EXPECT_THAT(RowsOf(policies), ElementsAre(0U, 2U, 3U, 4U, 5U));
}

TEST(PoliciesTableTest, SaysOnWhichCallsTheBestWasChosen) {
  SweepPlan plan = Plan();
  EXPECT_THAT(PoliciesAdvice(plan, {}),
              Contains("Best: the lowest cost of those tried on seeds 1 to 2; all figures are of "
                       "seeds 3 to 5."));
  plan.choosing_runs = 0;
  EXPECT_THAT(PoliciesAdvice(plan, {}), Contains(HasSubstr("chosen on the same calls")));
}

}  // namespace
}  // namespace bench
