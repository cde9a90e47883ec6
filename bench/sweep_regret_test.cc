// Goal: what a sweep tells of costs is what a run tells, and points are marked by it only where
// they can be compared. Method: the runs of small sweeps, against runs of the same scenario and
// seed whose records are all kept; and points made by hand.

#include "bench/sweep_regret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>

#include "batcher/core/policy.h"
#include "bench/simulate.h"
#include "bench/sweep_cell.h"

namespace bench {
namespace {

using namespace std::chrono_literals;
using batcher::Duration;
using results::Batching;
using results::Bounds;
using testing::ElementsAre;
using testing::HasSubstr;

SweepPlan Plan(const SweepAxes& axes, std::optional<Duration> price) {
  const ScenarioSettings settings{
      .sets = {R"(arrivals={"kind": "poisson", "rate": "200/s", "count": 400})"}};
  const auto plan = MakeSweepPlan(settings, axes, {.replications = 2}, "sim", price);
  EXPECT_TRUE(plan) << plan.error().message;
  return plan ? *plan : SweepPlan{};
}

SweepResult Swept(const SweepPlan& plan) {
  std::map<std::size_t, std::string> lines;
  for (std::size_t cell = 0; cell < plan.cells(); ++cell) {
    const auto run =
        RunCell(plan, cell / plan.replications, plan.first_seed + cell % plan.replications, {});
    EXPECT_TRUE(run && *run);
    lines[cell] = CellJson(**run);
  }
  const auto sweep = PoolSweep(plan, lines);
  EXPECT_TRUE(sweep);
  return sweep ? *sweep : SweepResult{};
}

TEST(SweepRegretTest, ARunOfASweepTellsTheCostsThatItsWholeLedgerTells) {
  std::string policies;
  for (const batcher::PolicyKind& kind : batcher::PolicyKinds()) {
    policies += (policies.empty() ? "" : ",") + std::string(kind.spec.name);
  }
  SweepPlan plan = Plan({.forms = {.policy = policies}}, 20ms);
  plan.max_stretch = 1;
  for (std::size_t point = 0; point < plan.points.size(); ++point) {
    const auto cell = RunCell(plan, point, 7, {});
    const auto run = Simulate(*ScenarioOf(plan, point, 7), {});
    ASSERT_TRUE(cell && run);
    const auto& bounds = (*cell)->replication.bounds;
    const auto whole = results::RegretOf(run->ledger, 20ms);
    ASSERT_TRUE(bounds && whole) << plan.points[point].label;
    EXPECT_EQ(bounds->regret.run, whole->run) << plan.points[point].label;
    EXPECT_EQ(bounds->regret.least, whole->least) << plan.points[point].label;
    EXPECT_EQ(bounds->regret.calls, whole->calls) << plan.points[point].label;
  }
}

TEST(SweepRegretTest, AWindowWithoutLimitsSendsTheFewestBatchesOfItsLongestWait) {
  SweepAxes axes{.forms = {.window = "5ms,30ms"}};
  SweepPlan plan = Plan(axes, 20ms);
  for (SweepPoint& point : plan.points) {
    point.overrides.emplace_back("batcher.max_in_flight=null");
  }
  const SweepResult sweep = Swept(plan);
  for (const std::size_t point : {2U, 3U}) {
    ASSERT_TRUE(sweep.points[point].regret);
    EXPECT_DOUBLE_EQ(*sweep.points[point].regret->fewest_batches,
                     sweep.points[point].regret->run.batches);
  }
  EXPECT_FALSE(sweep.points[0].regret->fewest_batches) << "single calls have no window";
  const auto sentences = RegretSentences(sweep);
  ASSERT_EQ(sentences.size(), 2U);
  EXPECT_THAT(sentences[0], HasSubstr("The least cost, at 20ms a batch, for who knows all calls"));
  EXPECT_THAT(sentences[1], HasSubstr("With a max wait of 5ms nobody can send fewer than"));
  EXPECT_THAT(sentences[1], HasSubstr("5ms sent as many."));
}

TEST(SweepRegretTest, ThePriceIsThatOfThePoliciesIfTheyAgreeOnOne) {
  EXPECT_EQ(Plan({.forms = {.policy = "window,balance,balance_random"}}, {}).price, 100ms);
  EXPECT_EQ(Plan({.forms = {.policy = "window,balance"}}, 20ms).price, 20ms);
  EXPECT_FALSE(Plan({.forms = {.window = "5ms"}}, {}).price);
  EXPECT_FALSE(
      Plan({.forms = {.policy = "balance"}, .paths = {"batcher.policy.price=1ms,2ms"}}, {}).price);
}

TEST(SweepRegretTest, WithoutAPriceNothingIsSaidOfCosts) {
  const SweepResult sweep = Swept(Plan({.forms = {.window = "5ms"}}, {}));
  EXPECT_FALSE(sweep.cheapest);
  EXPECT_FALSE(sweep.points[0].regret);
  EXPECT_THAT(RegretSentences(sweep), ElementsAre());
}

// A run of 10 calls in so many batches, without any wait, where 2 batches and 10 ms would do.
PointRun Run(std::uint64_t batches) {
  return {.bounds = Bounds{.regret = {.price = 10ms,
                                      .calls = 10,
                                      .run = {.batches = batches},
                                      .least = {.batches = 2, .waiting = 10ms}}}};
}

PointResult Point(std::uint64_t batches, std::uint64_t errors) {
  PointResult point;
  point.runs = {Run(batches), Run(batches + 2)};
  point.regret = RegretOfRuns(point.runs, false);
  point.summary.calls = 10'000;
  point.summary.errors = errors;
  return point;
}

TEST(SweepRegretTest, RunsAreAveragedEachForItself) {
  const PointResult point = Point(4, 0);
  ASSERT_TRUE(point.regret);
  EXPECT_DOUBLE_EQ(point.regret->ratio.value, (40.0 / 30 + 60.0 / 30) / 2);
  EXPECT_DOUBLE_EQ(point.regret->run.cost_ms.value, 5);
  EXPECT_DOUBLE_EQ(point.regret->least.cost_ms.value, 3);
  EXPECT_DOUBLE_EQ(point.regret->least.batches, 0.2);
  EXPECT_DOUBLE_EQ(point.regret->least.waiting_ms, 1);
  EXPECT_TRUE(point.regret->ratio.interval);
  EXPECT_FALSE(RegretOfRuns(point.runs, true)->ratio.interval) << "waits without a variance";
  EXPECT_DOUBLE_EQ(CostOver(Point(6, 0), point)->estimate, 2);
  std::vector<PointRun> runs = point.runs;
  runs.back().bounds.reset();
  EXPECT_FALSE(RegretOfRuns(runs, false));
}

TEST(SweepRegretTest, WhoAnswersFewerCallsIsNotTheCheapest) {
  const std::array<std::size_t, 3> all = {0, 1, 2};
  std::vector<PointResult> points = {Point(9, 0), Point(5, 10), Point(3, 11)};
  EXPECT_EQ(Cheapest(points, all), 1U) << "of 10,000 calls 10 more may go unanswered, not 11";
  points[1].saturated_at = 100;
  EXPECT_EQ(Cheapest(points, all), 0U);
  EXPECT_EQ(Cheapest(points, std::array<std::size_t, 1>{1}), std::nullopt);
}

}  // namespace
}  // namespace bench
