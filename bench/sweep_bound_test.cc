// Goal: nothing that a sweep measures lies behind its bound, and there is none where none holds.
// Method: a small sweep over windows is run; plans that differ in one field are asked.

#include "bench/sweep_bound.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "bench/sweep_cell.h"
#include "scenarios/dump.h"
#include "scenarios/load.h"

namespace bench {
namespace {

using namespace std::chrono_literals;

SweepPlan PlanOf(const std::vector<std::string>& sets) {
  SweepAxes axes;
  axes.forms.window = "20ms,100ms";
  const auto plan = MakeSweepPlan({.file = SCENARIOS_FOLDER "/web-poisson.json", .sets = sets},
                                  axes, {.replications = 2, .calls = 2000}, "sim");
  EXPECT_TRUE(plan) << plan.error().message;
  return *plan;
}

// The batches a call that anybody needs for a wait: of the step that is next above it.
double BatchesFor(const SweepBound& bound, batcher::Duration wait) {
  const auto step = std::ranges::find_if(
      bound.steps, [&](const results::BatchesForWait& one) { return one.wait >= wait; });
  return step == bound.steps.end() ? 0 : step->batches / static_cast<double>(bound.calls);
}

TEST(SweepBoundTest, NoPointLiesBehindIt) {
  const SweepPlan plan = PlanOf({});
  const auto bound = BoundOf(plan);
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->quantile, "p99");
  EXPECT_EQ(bound->calls, 2000U);
  EXPECT_GT(bound->steps.size(), 20U);
  for (std::size_t point = 0; point < plan.points.size(); ++point) {
    const auto cell = RunCell(plan, point, plan.first_seed, {});
    ASSERT_TRUE(cell && *cell);
    const results::Summary summary = (*cell)->replication.tally.Finish();
    const double batches =
        static_cast<double>(summary.batches) / static_cast<double>(summary.calls);
    EXPECT_GE(batches, BatchesFor(*bound, summary.wait.p99)) << plan.points[point].label;
  }
}

TEST(SweepBoundTest, IsOfTheQuantityThatIsDemanded) {
  EXPECT_EQ(BoundOf(PlanOf({R"(slo=["errors <= 0", "latency.p90 <= 1s"])"}))->quantile, "p90");
  const auto mean = BoundOf(PlanOf({R"(slo=["latency.mean <= 1s"])"}));
  EXPECT_EQ(mean->quantile, "mean");
  EXPECT_FALSE(mean->steps.empty());
}

TEST(SweepBoundTest, IsOfTheRateThatAllPointsHave) {
  SweepPlan faster = PlanOf({});
  for (SweepPoint& point : faster.points) {
    point.overrides.emplace_back("arrivals.rate=800/s");
  }
  const auto bound = BoundOf(faster);
  ASSERT_TRUE(bound);
  // Four times the calls in a wait: it takes fewer batches a call.
  EXPECT_LT(BatchesFor(*bound, 20ms), 0.5 * BatchesFor(*BoundOf(PlanOf({})), 20ms));
  faster.points.back().overrides.back() = "arrivals.rate=900/s";
  EXPECT_FALSE(BoundOf(faster));
}

TEST(SweepBoundTest, ThereIsNoneWhereNobodyKnowsTheCallsOrTheyNeedNoBatch) {
  for (const char* set :
       {R"(arrivals={"kind": "closed", "callers": 5, "think": "1ms", "for": "1s"})",
        "batcher.join_in_flight=true", "calls.deadline=1s", "calls.cancel_after=1s"}) {
    SweepPlan at_a_point = PlanOf({});
    at_a_point.points[0].overrides = {set};
    EXPECT_FALSE(BoundOf(at_a_point)) << set;
    SweepPlan at_all = PlanOf({});
    const auto scenario = scenarios::ParseScenario(at_all.scenario_json, "", {set});
    ASSERT_TRUE(scenario) << scenario.error().message;
    at_all.scenario_json = scenarios::DumpScenario(*scenario);
    EXPECT_FALSE(BoundOf(at_all)) << set;
  }
}

}  // namespace
}  // namespace bench
