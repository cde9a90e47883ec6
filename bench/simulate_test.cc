#include "bench/simulate.h"

#include <gmock/gmock.h>

#include "bench/evaluate.h"
#include "results/lib/summary.h"
#include "scenarios/load.h"

namespace bench {
namespace {

using testing::IsEmpty;

scenarios::Scenario Parse(const std::string& text) {
  const auto scenario = scenarios::ParseScenario(text, "test.json");
  EXPECT_TRUE(scenario) << scenario.error().message;
  return *scenario;
}

// Whatever makes a call or a batch end in another way than answered at the first try.
const std::vector<std::string>& Troubles() {
  static const std::vector<std::string> troubles = {
      R"({"name": "plain"})",
      R"({"name": "full queue", "batcher": {"max_queued": 7, "max_in_flight": 1}})",
      R"({"name": "time-outs", "client": {"timeout": "90ms"}})",
      R"({"name": "lost attempts", "client": {"attempt_timeout": "50ms"}, "server": {"batch_mode": "immediate", "batch": {"base": {"kind": "exponential", "mean": "40ms"}}}})",
      R"({"name": "rate limit", "server": {"rate_limit": {"rate": "20/s", "burst": 3}}})",
      R"({"name": "quota", "server": {"quota": 200}})",
      R"({"name": "faults", "client": {"attempt_timeout": "300ms"}, "server": {"faults": [{"kind": "hang", "rate": 0.2}, {"kind": "missing_item", "rate": 0.2}, {"kind": "refused", "from": "1s", "for": "500ms"}]}})",
      R"({"name": "joins", "keys": {"kind": "zipf", "distinct": 20}, "batcher": {"join_in_flight": true}})",
      R"({"name": "callers", "arrivals": {"kind": "closed", "callers": 30, "think": "20ms", "for": "5s"}})",
      R"({"name": "bursts", "arrivals": {"kind": "burst", "size": 300, "every": "1s", "count": 4}})",
      R"({"name": "late timers", "client": {"timer_lag": "120us", "cost": {"per_request": "80us", "per_item": "1us"}}})",
      R"({"name": "one by one", "batcher": {"policy": {"kind": "unbatched"}, "max_in_flight": 3}})",
  };
  return troubles;
}

TEST(SimulateTest, BreaksNoInvariantWhateverHappens) {
  for (const std::string& text : Troubles()) {
    const scenarios::Scenario scenario = Parse(text);
    const auto run = Simulate(scenario, {});
    ASSERT_TRUE(run) << run.error().message;
    EXPECT_THAT(run->violations, IsEmpty()) << scenario.name;
    const Evaluated evaluated = Evaluate(scenario, "sim", *run);
    EXPECT_EQ(evaluated.report.verdict.status, results::VerdictStatus::kValid) << scenario.name;
    const auto numbers = SimulateInNumbers(scenario, {});
    ASSERT_TRUE(numbers && *numbers);
    EXPECT_THAT((*numbers)->violations, IsEmpty()) << scenario.name;
  }
}

// 100 calls one by one, and 12 credits: a call costs one, however it is sent.
TEST(SimulateTest, BeyondTheQuotaCallsFailForItAtOnceAndCostNothing) {
  const auto run = Simulate(Parse(R"({"arrivals": {"kind": "constant", "count": 100},
                                      "batcher": {"policy": {"kind": "unbatched"}},
                                      "server": {"quota": 12}})"),
                            {});
  ASSERT_TRUE(run);
  const results::Summary summary = results::Summarise(run->ledger, run->extras);
  const auto ended = [&](batcher::Outcome outcome) {
    return summary.outcomes[static_cast<std::size_t>(outcome)];
  };
  EXPECT_EQ(ended(batcher::Outcome::kValue), 12U);
  EXPECT_EQ(ended(batcher::Outcome::kFailedQuota), 88U);
  EXPECT_EQ(summary.credits, 12);
  EXPECT_EQ(summary.http_requests, 100U) << "a refusal for good is not repeated";
  EXPECT_EQ(run->refused, 88U);
}

TEST(SimulateTest, ABrokenInvariantMakesARunInvalid) {
  const scenarios::Scenario scenario = Parse("{}");
  auto run = Simulate(scenario, {});
  ASSERT_TRUE(run);
  run->violations = {"the workers slept"};
  const Evaluated evaluated = Evaluate(scenario, "sim", *run);
  EXPECT_EQ(evaluated.exit_code, ExitCode::kInvalid);
  EXPECT_THAT(evaluated.report.verdict.reasons,
              testing::Contains(testing::HasSubstr("the workers slept")));
}

TEST(SimulateTest, WorkersThatWereBusyForLongerThanTheirWorkAreFound) {
  EXPECT_EQ(BusyTimeViolation({.service_ns = 5, .busy_ns = 5}), std::nullopt);
  EXPECT_EQ(BusyTimeViolation({.service_ns = 5, .busy_ns = 6}),
            "the service's workers were busy for 6 ns with work of 5 ns");
}

// The same seed: the counts are equal, and so are the times but for the warm-up, which only the
// numbers leave out, and the 0.05 % of a histogram.
TEST(SimulateTest, InNumbersTellsOfTheSameRun) {
  for (const std::string& text : Troubles()) {
    scenarios::Scenario scenario = Parse(text);
    scenario.seed = 5;
    const auto run = Simulate(scenario, {});
    const auto numbers = SimulateInNumbers(scenario, {});
    ASSERT_TRUE(run && numbers && *numbers);
    const results::Summary whole = results::Summarise(run->ledger, run->extras);
    const results::Replication& replication = (*numbers)->replication;
    const results::Summary summary = replication.tally.Finish();
    EXPECT_EQ(summary.calls, whole.calls) << scenario.name;
    EXPECT_EQ(summary.http_requests, whole.http_requests) << scenario.name;
    EXPECT_EQ(summary.outcomes, whole.outcomes) << scenario.name;
    EXPECT_EQ(summary.flush_reasons, whole.flush_reasons) << scenario.name;
    EXPECT_EQ(summary.credits, whole.credits) << scenario.name;
    if (replication.warm_up_calls > 0) {
      EXPECT_LT(summary.latency.count, whole.latency.count) << scenario.name;
      continue;
    }
    EXPECT_EQ(summary.latency.count, whole.latency.count) << scenario.name;
    EXPECT_EQ(summary.latency.mean, whole.latency.mean) << scenario.name;
    EXPECT_EQ(summary.latency.max, whole.latency.max) << scenario.name;
    EXPECT_NEAR(batcher::ToMilliseconds(summary.latency.p99),
                batcher::ToMilliseconds(whole.latency.p99),
                0.0005 * batcher::ToMilliseconds(whole.latency.p99))
        << scenario.name;
  }
}

}  // namespace
}  // namespace bench
