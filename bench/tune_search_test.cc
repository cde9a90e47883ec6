#include "bench/tune_search.h"

#include <gmock/gmock.h>

#include <cmath>

#include "bench/tune_parabola.h"
#include "scenarios/load.h"

namespace bench {
namespace {

using namespace std::chrono_literals;
using batcher::Duration;
using batcher::ToSeconds;

scenarios::Scenario Parse(const std::string& text, const std::vector<std::string>& sets = {}) {
  const auto scenario = scenarios::ParseScenario(text, "test.json", sets);
  EXPECT_TRUE(scenario) << scenario.error().message;
  return *scenario;
}

struct Found {
  TuneChoice choice;
  Trials trials;
};

Found SearchIn(const scenarios::Scenario& scenario, const Goal& goal,
               const std::vector<std::string>& kept, std::size_t seeds = 3) {
  TrialGround ground{.scenario = scenario};
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    ground.seeds.push_back(seed);
  }
  Trials trials({ground}, KnobsFor(scenario, kept, std::nullopt), 2, {});
  const auto choice = Search(trials, {.goal = goal, .slo = scenario.slo});
  EXPECT_TRUE(choice && *choice);
  return {.choice = choice && *choice ? **choice : TuneChoice{}, .trials = std::move(trials)};
}

const std::vector<std::string> kAllKept = {"client.poll", "batcher.max_in_flight",
                                           "batcher.max_items", "batcher.single_below"};

// Poisson arrivals, a request worth `price`, no limits, batches answered at once: the mean of price
// x requests + wait is least at the window (sqrt(2 rate price - 1) - 1) / rate, and is (sqrt(2 rate
// price - 1)) / rate there; for rate x price < 1 no window is better than none.
struct Priced {
  double rate = 0;
  Duration price{0};
};
class PriceTest : public testing::TestWithParam<Priced> {
 protected:
  [[nodiscard]] Found Search() const {
    return SearchIn(
        Parse("{}",
              {"arrivals.kind=poisson", "arrivals.rate=" + std::to_string(GetParam().rate) + "/s",
               "arrivals.count=100000", "batcher.max_in_flight=null", "batcher.max_items=100000",
               "batcher.dedup=false", "client.max_connections=10000", "server.batch_mode=immediate",
               "server.workers=null", "server.single=10ms", "server.batch.base=10ms",
               "server.batch.per_item=0ms"}),
        {.kind = GoalKind::kPrice, .price = GetParam().price}, kAllKept);
  }
};

TEST_P(PriceTest, TheWindowIsThatOfTheClosedForm) {
  const double rate = GetParam().rate;
  const double priced_calls = rate * ToSeconds(GetParam().price);
  const Found found = Search();
  const double optimum = (std::sqrt(2 * priced_calls - 1) - 1) / rate;
  EXPECT_NEAR(ToSeconds(found.choice.best.window), optimum, 0.05 * optimum);
  const double cost = LossOf({.kind = GoalKind::kPrice, .price = GetParam().price},
                             found.trials.Of(found.choice.best).summary);
  EXPECT_NEAR(cost, std::sqrt(2 * priced_calls - 1) / rate, 0.01 * cost);
}

INSTANTIATE_TEST_SUITE_P(Pairs, PriceTest,
                         testing::Values(Priced{200, 10ms}, Priced{200, 25ms}, Priced{200, 100ms},
                                         Priced{50, 200ms}, Priced{1000, 50ms}, Priced{5, 1s}));

class LowPriceTest : public PriceTest {};

TEST_P(LowPriceTest, NoWindowIsBetterThanNone) {
  const Found found = Search();
  EXPECT_EQ(found.choice.best.window, Duration(0));
}

INSTANTIATE_TEST_SUITE_P(Pairs, LowPriceTest,
                         testing::Values(Priced{200, 1ms}, Priced{200, 4ms}, Priced{5, 100ms}));

TEST(ParabolaTest, FindsTheBottomOfTheCostOfAWindow) {
  std::vector<WindowLoss> losses;
  for (int i = 0; i < 32; ++i) {
    const double window = 0.01 * std::pow(1.1, i);
    const double cycle = window + 0.005;
    losses.push_back({.window_s = window, .loss = 0.002 / cycle + cycle / 2});
  }
  ASSERT_TRUE(BottomOf(losses, 0.005));
  EXPECT_NEAR(*BottomOf(losses, 0.005), std::sqrt(0.004) - 0.005, 1e-4);
  losses.resize(4);
  EXPECT_FALSE(BottomOf(losses, 0.005)) << "only a slope, and too few";
}

constexpr const char* kWeb = R"({
  "arrivals": {"kind": "poisson", "rate": "200/s", "count": 10000},
  "batcher": {"policy": {"kind": "window", "window": "50ms"}, "max_in_flight": 4},
  "server": {"batch": {"base": "80ms", "per_item": "0.5ms"}},
  "slo": ["latency.p99 <= 300ms"]})";

TEST(SearchTest, TakesTheSmallestWindowWithinAPointOfTheMostSavedInsideTheDemand) {
  const Found found = SearchIn(Parse(kWeb), {}, kAllKept);
  const Judged best = Judge({}, Parse(kWeb).slo, found.trials.Of(found.choice.best));
  EXPECT_EQ(best.standing, Standing::kHolds);
  double least = 1;
  const Goal goal;
  const auto slo = Parse(kWeb).slo;
  for (const Scored& one : Scores(found.trials, goal, slo).All()) {
    const Judged judged = Judge({}, Parse(kWeb).slo, found.trials.Of(one.candidate));
    if (judged.standing == Standing::kHolds) {
      least = std::min(least, judged.loss);
    }
  }
  EXPECT_LE(best.loss, least + 0.03);
  EXPECT_GE(found.choice.best.window, 60ms);
  EXPECT_LE(found.choice.flat_from, found.choice.best.window);
  EXPECT_GE(found.choice.flat_to, found.choice.best.window);
  EXPECT_FALSE(found.choice.fragile);
}

TEST(SearchTest, KeepsTheKnobsThatTheUserSet) {
  const Found found = SearchIn(Parse(kWeb), {}, kAllKept);
  for (const Candidate& candidate : found.trials.Tried()) {
    EXPECT_EQ(candidate.max_in_flight, 4U);
    EXPECT_EQ(candidate.poll, 0U);
    EXPECT_EQ(candidate.single_below, 2U);
    EXPECT_EQ(candidate.max_items, 1000U);
  }
}

// Polls each 100 ms find an answer that is ready after 80 ms late: expected ones let longer windows
// hold the demand.
TEST(SearchTest, TurnsAnotherKnobWhereThatIsWorthAPoint) {
  const Found found = SearchIn(Parse(kWeb, {"client.poll.kind=fixed", "client.poll.every=100ms",
                                            "server.batch.per_item=1ms"}),
                               {}, {"batcher.max_in_flight", "batcher.max_items"});
  EXPECT_EQ(found.choice.best.poll, 1U) << LabelOf(found.choice.best, found.trials.knobs());
}

TEST(SearchTest, WithoutAnySettingThatHoldsItGoesForTheNearest) {
  const Found found = SearchIn(Parse(kWeb, {R"(slo=["latency.p99 <= 20ms"])"}), {}, kAllKept);
  EXPECT_EQ(found.choice.score.standing, Standing::kMisses);
}

TEST(SearchTest, AStopEndsIt) {
  std::stop_source stop;
  stop.request_stop();
  const scenarios::Scenario scenario = Parse(kWeb);
  Trials trials({{.scenario = scenario, .seeds = {1}}}, KnobsFor(scenario, {}, std::nullopt), 1,
                {.stop = stop.get_token()});
  const auto choice = Search(trials, {.slo = scenario.slo});
  ASSERT_TRUE(choice);
  EXPECT_FALSE(*choice);
}

TEST(CandidateTest, WindowsAreThoseThatPeopleType) {
  EXPECT_EQ(RoundedWindow(107ms), 105ms);
  EXPECT_EQ(RoundedWindow(108ms), 110ms);
  EXPECT_EQ(RoundedWindow(51'400us), 51ms);
  EXPECT_EQ(RoundedWindow(0ms), 0ms);
  EXPECT_THAT(WindowsBetween(1ms, 4ms, 2), testing::ElementsAre(1ms, 2ms, 4ms));
}

}  // namespace
}  // namespace bench
