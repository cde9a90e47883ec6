#include "bench/sweep_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

SweepPlan Plan(const SweepAxes& axes, const SweepSize& size = {}) {
  const auto plan = MakeSweepPlan({}, axes, size, "sim");
  EXPECT_TRUE(plan) << plan.error().message;
  return plan ? *plan : SweepPlan{};
}

std::string Problem(const SweepAxes& axes, const ScenarioSettings& settings = {}) {
  const auto plan = MakeSweepPlan(settings, axes, {}, "sim");
  return plan ? "read" : plan.error().message;
}

std::vector<std::string> Labels(const SweepPlan& plan) {
  std::vector<std::string> labels;
  for (const SweepPoint& point : plan.points) {
    labels.push_back(point.label);
  }
  return labels;
}

TEST(SweepPlanTest, WithoutAnAxisItSweepsTheWindowBesideTheBaselines) {
  const SweepPlan plan = Plan({});
  EXPECT_EQ(plan.title, "window");
  EXPECT_THAT(Labels(plan),
              ElementsAre("unbatched", "article's loop", "1ms", "2ms", "3ms", "5ms", "10ms", "20ms",
                          "30ms", "50ms", "100ms", "200ms", "300ms", "500ms"));
  EXPECT_TRUE(plan.points[0].baseline);
  EXPECT_FALSE(plan.points[2].baseline);
}

TEST(SweepPlanTest, BaselinesStandBesideTheirLike) {
  const SweepPlan plan = Plan({.forms = {.window = "5ms,9ms", .rate = "50/s,70/s"}});
  EXPECT_EQ(plan.title, "rate, window");
  EXPECT_THAT(Labels(plan),
              ElementsAre("50/s, unbatched", "50/s, article's loop", "50/s, 5ms", "50/s, 9ms",
                          "70/s, unbatched", "70/s, article's loop", "70/s, 5ms", "70/s, 9ms"));
  EXPECT_DOUBLE_EQ(ScenarioOf(plan, 6, 1)->arrivals.Number("rate"), 70);
}

TEST(SweepPlanTest, FieldsOfTheBatcherMeanNothingToTheBaselines) {
  const SweepPlan plan = Plan({.paths = {"batcher.max_items=10,20", "server.workers=1,2"}});
  EXPECT_THAT(Labels(plan), ElementsAre("1, unbatched", "1, article's loop", "1, 10", "1, 20",
                                        "2, unbatched", "2, article's loop", "2, 10", "2, 20"));
  EXPECT_EQ(ScenarioOf(plan, 7, 1)->batcher.max_items, 20U);
  EXPECT_EQ(ScenarioOf(plan, 7, 1)->server.workers, 2U);
}

TEST(SweepPlanTest, ASweepOfTheWorldAloneKeepsTheBatcherAsItIs) {
  const SweepPlan plan = Plan({.forms = {.rate = "50/s,70/s"}});
  EXPECT_THAT(Labels(plan), ElementsAre("50/s, unbatched", "50/s, article's loop", "50/s",
                                        "70/s, unbatched", "70/s, article's loop", "70/s"));
}

TEST(SweepPlanTest, OnlyPoliciesWithAWindowAreCrossedWithWindows) {
  const SweepPlan plan = Plan({.forms = {.window = "5ms,9ms", .policy = "natural,window"}});
  EXPECT_THAT(Labels(plan),
              ElementsAre("unbatched", "article's loop", "natural", "window 5ms", "window 9ms"));
}

TEST(SweepPlanTest, SeedsAndLengthAreTheSweepsOwn) {
  const SweepPlan plan = Plan({}, {.replications = 3, .calls = 123});
  const auto scenario = ScenarioOf(plan, 5, 42);
  EXPECT_EQ(scenario->seed, 42U);
  EXPECT_EQ(scenario->arrivals.Count("count"), 123U);
  EXPECT_EQ(plan.cells(), 42U);
}

TEST(SweepPlanTest, TheArticlesLoopMeetsTheArrivalsAtAnotherPhaseForEachSeed) {
  const SweepPlan plan = Plan({});
  const auto one = ScenarioOf(plan, 1, 1)->batcher.policy.Time("phase");
  const auto two = ScenarioOf(plan, 1, 2)->batcher.policy.Time("phase");
  EXPECT_NE(one, two);
  EXPECT_LT(one, std::chrono::milliseconds(100));
  EXPECT_EQ(one, ScenarioOf(plan, 1, 1)->batcher.policy.Time("phase"));
}

TEST(SweepPlanTest, IsReadBackFromItsFile) {
  const SweepPlan plan = Plan({.forms = {.window = "5ms,9ms", .rate = "50/s,70/s"}});
  const auto read = ParsePlan(PlanJson(plan));
  ASSERT_TRUE(read);
  EXPECT_EQ(PlanJson(*read), PlanJson(plan));
  EXPECT_EQ(Labels(*read), Labels(plan));
  EXPECT_FALSE(ParsePlan("{}"));
  EXPECT_FALSE(ParsePlan("no json"));
}

TEST(SweepPlanTest, WhatCannotBeSweptIsOneSentence) {
  EXPECT_THAT(Problem({.forms = {.window = "5ms..1ms"}}), HasSubstr("--window: \"5ms..1ms\""));
  EXPECT_THAT(Problem({.paths = {"batcher.max_itms=1,2"}}), HasSubstr("batcher.max_itms"));
  EXPECT_THAT(Problem({.paths = {"batcher.max_items"}}), HasSubstr("wanted path=values"));
  EXPECT_THAT(Problem({.paths = {"batcher.max_items=0,1"}}), HasSubstr("at least 1"));
  EXPECT_THAT(Problem({.paths = {"seed=1..1000:lin:1000", "server.workers=1..1000:lin:1000"}}),
              HasSubstr("more than 10000 points"));
}

}  // namespace
}  // namespace bench
