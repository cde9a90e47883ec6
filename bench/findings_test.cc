#include "bench/findings.h"

#include <gmock/gmock.h>

#include "bench/evaluate.h"
#include "bench/poll_replay.h"
#include "bench/run_facts.h"
#include "bench/simulate.h"
#include "scenarios/load.h"

namespace bench {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Two hundred calls/s at random, a service of 80 ms that is asked for its answers when they are
// expected, and room for all: nothing is wrong with it.
const std::string kHealthy = R"({
  "arrivals": {"kind": "poisson", "rate": "200/s", "count": 3000},
  "batcher": {"policy": {"kind": "window", "window": "50ms"}},
  "client": {"poll": {"kind": "expected"}},
  "server": {"single": "60ms",
             "batch": {"base": "80ms", "jitter": {"kind": "lognormal", "cv": 0.2}}}})";

struct DoneRun {
  scenarios::Scenario scenario;
  RunResult result;
  results::Summary summary;
};

DoneRun RunWith(const std::vector<std::string>& changes) {
  const auto scenario = scenarios::ParseScenario(kHealthy, "test", changes);
  EXPECT_TRUE(scenario) << scenario.error().message;
  auto run = Simulate(*scenario, {});
  EXPECT_TRUE(run) << run.error().message;
  const results::Summary summary = results::Summarise(run->ledger, run->extras);
  return {.scenario = *scenario, .result = *std::move(run), .summary = summary};
}

std::vector<Finding> FindingsWith(const std::vector<std::string>& changes) {
  const DoneRun run = RunWith(changes);
  return FindingsOf(run.scenario, run.summary, FactsOf(run.scenario, run.result, run.summary));
}

std::vector<std::string> NamesWith(const std::vector<std::string>& changes) {
  std::vector<std::string> names;
  for (const Finding& finding : FindingsWith(changes)) {
    names.push_back(finding.name);
  }
  return names;
}

// What is found, if it is one thing; else an empty finding.
Finding OnlyFindingWith(const std::vector<std::string>& changes) {
  const std::vector<Finding> findings = FindingsWith(changes);
  EXPECT_EQ(findings.size(), 1U);
  return findings.size() == 1 ? findings.front() : Finding{};
}

TEST(FindingsTest, NothingIsFoundOfAHealthyRun) {
  for (const std::string seed : {"1", "2", "3", "4", "5"}) {
    EXPECT_THAT(NamesWith({"seed=" + seed}), IsEmpty()) << seed;
  }
  EXPECT_THAT(NamesWith({"batcher.policy.kind=natural"}), IsEmpty());
  EXPECT_THAT(NamesWith({"arrivals.count=1"}), IsEmpty());
  EXPECT_THAT(NamesWith({"batcher.policy.kind=unbatched", "arrivals.rate=20/s"}), IsEmpty());
}

TEST(FindingsTest, ALoopThatAwaitsItsBatchesHasALongerWindowThanItSays) {
  const Finding finding = OnlyFindingWith(
      {R"(batcher.policy={"kind": "tick", "period": "100ms"})", "server.batch.jitter=null",
       "server.batch_mode=immediate", "server.batch.per_item=0ms", "server.batch.base=210ms"});
  EXPECT_EQ(finding.name, "serial_loop");
  EXPECT_THAT(finding.sentence,
              AllOf(HasSubstr("your effective window is 310 ms, because batches do not overlap"),
                    HasSubstr("(the policy says 100 ms)"), HasSubstr("batcher.policy.awaits")));
}

TEST(FindingsTest, ALoopThatDoesNotAwaitItsBatchesIsNone) {
  EXPECT_THAT(NamesWith({R"(batcher.policy={"kind": "tick", "period": "100ms", "awaits": false})"}),
              IsEmpty());
}

TEST(FindingsTest, OneInFlightIsASerialLoopWhereItIsReached) {
  const Finding finding = OnlyFindingWith({"batcher.max_in_flight=1"});
  EXPECT_EQ(finding.name, "serial_loop");
  EXPECT_THAT(finding.sentence, HasSubstr("raise batcher.max_in_flight (1)"));
  EXPECT_THAT(NamesWith({"batcher.max_in_flight=1", "arrivals.rate=0.2/s"}), IsEmpty());
  EXPECT_THAT(NamesWith({"batcher.max_in_flight=1", "batcher.policy.window=2s"}), IsEmpty());
}

TEST(FindingsTest, SingleCallsOneAfterTheOtherAreNotCalledBatches) {
  const Finding finding =
      OnlyFindingWith({"batcher.policy.kind=unbatched", "batcher.max_in_flight=1",
                       "arrivals.rate=20/s", "client.timeout=1h"});
  EXPECT_THAT(finding.sentence,
              HasSubstr("calls leave one by one, one each 60.0 ms; 19.5 calls/s come"));
}

TEST(FindingsTest, CallsThatWaitForASlotAreSlotBound) {
  const Finding finding = OnlyFindingWith({"batcher.policy.window=1ms"});
  EXPECT_EQ(finding.name, "slot_bound");
  EXPECT_THAT(finding.sentence, AllOf(HasSubstr("% of the wait is for a slot); 4 may be in flight"),
                                      HasSubstr("batcher.max_in_flight")));
  EXPECT_THAT(
      NamesWith({"batcher.policy.window=1ms", "batcher.max_in_flight=null", "server.workers=null"}),
      Not(Contains("slot_bound")));
}

TEST(FindingsTest, SlotsThatLetTheQueueGrowAreToldWithBothRates) {
  const Finding finding = OnlyFindingWith({"batcher.policy.kind=unbatched", "client.timeout=1h",
                                           "arrivals.rate=100/s", "keys.kind=sequential"});
  EXPECT_EQ(finding.name, "slot_bound");
  EXPECT_THAT(finding.sentence, HasSubstr("calls/s come, 66.5/s are possible"));
}

TEST(FindingsTest, AServiceWhoseWorkersAreAllBusyIsSaturated) {
  const Finding finding =
      OnlyFindingWith({"batcher.policy.kind=unbatched", "batcher.max_in_flight=null",
                       "client.timeout=1h", "server.workers=8"});
  EXPECT_EQ(finding.name, "server_saturated");
  EXPECT_THAT(finding.sentence, AllOf(HasSubstr("(server.workers, 8) are busy for 100 %"),
                                      HasSubstr("calls/s come, 133/s are possible")));
}

TEST(FindingsTest, AQueueThatGrowsIsToldWithoutAKnownCauseToo) {
  const Finding finding =
      OnlyFindingWith({"batcher.policy.kind=unbatched", "batcher.max_in_flight=null",
                       "client.timeout=1h", "client.max_connections=4"});
  EXPECT_EQ(finding.name, "server_saturated");
  EXPECT_THAT(finding.sentence, HasSubstr("more is asked for than is answered"));
}

TEST(FindingsTest, TheClientsOwnLimitIsTold) {
  const Finding finding = OnlyFindingWith({R"(client.rate_limit={"rate": "30/s", "burst": 5})"});
  EXPECT_EQ(finding.name, "rate_limited");
  EXPECT_THAT(finding.sentence,
              AllOf(HasSubstr("limit of 30 HTTP requests/s"), HasSubstr("holds requests back")));
  EXPECT_THAT(NamesWith({R"(client.rate_limit={"rate": "100/s", "burst": 20})"}), IsEmpty());
}

TEST(FindingsTest, TheRefusalsOfTheServiceAreCounted) {
  const Finding finding = OnlyFindingWith({R"(server.rate_limit={"rate": "30/s", "burst": 5})"});
  EXPECT_EQ(finding.name, "rate_limited");
  EXPECT_THAT(finding.sentence, testing::ContainsRegex("answered [0-9]+ of [0-9,]+ HTTP requests "
                                                       "with 429"));
  EXPECT_THAT(NamesWith({R"(server.rate_limit={"rate": "100/s", "burst": 20})"}), IsEmpty());
}

TEST(FindingsTest, TheRefusalsForAQuotaAreNotTakenForThoseOfARateLimit) {
  EXPECT_THAT(NamesWith({"server.quota=100"}), ElementsAre("quota"));
  EXPECT_THAT(NamesWith({"server.quota=1000000"}), IsEmpty());
}

TEST(FindingsTest, AUsedUpQuotaIsTold) {
  DoneRun run = RunWith({});
  run.summary.outcomes[static_cast<std::size_t>(batcher::Outcome::kFailedQuota)] = 12;
  const std::vector<Finding> findings = FindingsOf(run.scenario, run.summary);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings.front().name, "quota");
  EXPECT_THAT(findings.front().sentence, HasSubstr("12 of 3,000 calls failed for it"));
}

TEST(FindingsTest, PollsThatComeLateAreToldWithWhatOthersWouldCost) {
  const std::vector<std::string> late = {R"(client.poll={"kind": "fixed", "every": "100ms"})"};
  const Finding finding = OnlyFindingWith(late);
  EXPECT_EQ(finding.name, "poll_quantisation");
  EXPECT_THAT(finding.sentence,
              AllOf(HasSubstr("--poll expected would cost about"), HasSubstr("polls a batch")));
}

TEST(FindingsTest, PollsThatStillLearnAreNotJudged) {
  const std::vector<std::string> slow = {
      R"(server.batch={"base": {"kind": "exponential", "mean": "200ms"}})", "server.workers=null",
      "batcher.max_in_flight=null"};
  const auto with_calls = [&](const std::string& count) {
    return NamesWith({slow[0], slow[1], slow[2], "arrivals.count=" + count});
  };
  EXPECT_THAT(with_calls("3000"), Contains("poll_quantisation"));
  EXPECT_THAT(with_calls("300"), IsEmpty());
}

TEST(FindingsTest, PollsThatCostMoreThanBatchesSaveAreCounted) {
  const Finding finding =
      OnlyFindingWith({R"(client.poll={"kind": "fixed", "every": "10ms"})",
                       "batcher.policy.window=20ms", "batcher.max_in_flight=null"});
  EXPECT_EQ(finding.name, "polls_cost_more");
  EXPECT_THAT(finding.sentence, AllOf(HasSubstr("--poll expected"), HasSubstr("a longer window")));
}

TEST(FindingsTest, ReachTheReportOfARun) {
  const DoneRun run = RunWith({"batcher.max_in_flight=1"});
  const Evaluated evaluated = Evaluate(run.scenario, "sim", run.result);
  ASSERT_EQ(evaluated.report.findings.size(), 1U);
  EXPECT_EQ(evaluated.report.findings.front().name, "serial_loop");
  ASSERT_TRUE(evaluated.report.waiting);
  EXPECT_GT(evaluated.report.waiting->mean_linger, 0ms);
}

// The replay leaves out nothing but that other batches would have left: none does here.
TEST(PollReplayTest, PlaysTheRunsOwnPollsToTheNanosecond) {
  for (const char* const poll :
       {R"({"kind": "fixed", "every": "30ms"})", R"({"kind": "fixed", "every": "7ms"})"}) {
    const DoneRun run = RunWith({std::string("client.poll=") + poll, "batcher.max_in_flight=null",
                                 "client.rtt=4ms", "batcher.single_below=1"});
    const PollCost cost = PollCostOf(run.scenario.client.poll, run.scenario, run.result.ledger);
    EXPECT_EQ(cost.mean, run.summary.mean_parts.poll_quantisation) << poll;
    EXPECT_DOUBLE_EQ(cost.polls_per_batch, static_cast<double>(run.summary.polls) /
                                               static_cast<double>(run.summary.batches));
  }
}

TEST(PollReplayTest, TellsAboutWhatARunWithOtherPollsShows) {
  const std::vector<std::string> free = {"batcher.max_in_flight=null", "batcher.single_below=1"};
  DoneRun fixed = RunWith({R"(client.poll={"kind": "fixed", "every": "100ms"})", free[0], free[1]});
  const DoneRun expected = RunWith(free);
  const PollCost told = PollCostOf(batcher::ExpectedPoll(), fixed.scenario, fixed.result.ledger);
  EXPECT_NEAR(batcher::ToMilliseconds(told.mean),
              batcher::ToMilliseconds(expected.summary.mean_parts.poll_quantisation), 1.0);
  EXPECT_NEAR(
      told.polls_per_batch,
      static_cast<double>(expected.summary.polls) / static_cast<double>(expected.summary.batches),
      0.1);
}

}  // namespace
}  // namespace bench
