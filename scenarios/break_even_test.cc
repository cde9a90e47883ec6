#include "scenarios/break_even.h"

#include <gtest/gtest.h>

#include "scenarios/load.h"

namespace scenarios {
namespace {

using namespace std::chrono_literals;

// A free plan: an HTTP request each 200 ms, polls each second, jobs of 3 s.
Scenario Plan(const std::vector<std::string>& changes = {}) {
  const auto scenario = ParseScenario(R"({
      "batcher": {"max_in_flight": null},
      "client": {"poll": {"kind": "fixed", "every": "1s"}, "max_connections": 50,
                 "rate_limit": {"rate": "5/s", "burst": 1}},
      "server": {"single": "150ms", "batch": {"base": "2.5s", "per_item": "10ms"},
                 "workers": null}})",
                                      "plan.json", changes);
  EXPECT_TRUE(scenario) << scenario.error().message;
  return *scenario;
}

TEST(BreakEvenTest, SingleCallsLeaveAsTheRateLimitLetsThem) {
  EXPECT_EQ(AnsweredSingly(Plan(), 1), 150ms);
  EXPECT_EQ(AnsweredSingly(Plan(), 11), 10 * 200ms + 150ms);
  const Scenario burst = Plan({"client.rate_limit.burst=5"});
  EXPECT_EQ(AnsweredSingly(burst, 5), 150ms);
  EXPECT_EQ(AnsweredSingly(burst, 6), 200ms + 150ms);
  EXPECT_EQ(AnsweredSingly(Plan({"client.rate_limit=null"}), 50), 150ms);
}

TEST(BreakEvenTest, SingleCallsWaitForTheFewestPlacesThereAre) {
  for (const char* const places :
       {"batcher.max_in_flight=4", "client.max_connections=4", "server.workers=4"}) {
    const Scenario scenario = Plan({"client.rate_limit=null", places});
    EXPECT_EQ(AnsweredSingly(scenario, 4), 150ms) << places;
    EXPECT_EQ(AnsweredSingly(scenario, 5), 300ms) << places;
    EXPECT_EQ(AnsweredSingly(scenario, 12), 450ms) << places;
  }
}

TEST(BreakEvenTest, ABatchIsAnsweredAtTheFirstPollThatFindsItReady) {
  EXPECT_EQ(AnsweredInOneBatch(Plan(), 10), 3s);  // ready after 2.6 s
  EXPECT_EQ(AnsweredInOneBatch(Plan(), 50), 3s);  // just ready
  EXPECT_EQ(AnsweredInOneBatch(Plan(), 51), 4s);
  EXPECT_EQ(AnsweredInOneBatch(Plan({"client.min_poll=2s"}), 10), 4s);
  EXPECT_EQ(AnsweredInOneBatch(Plan({"server.batch_mode=immediate"}), 10), 2600ms);
}

TEST(BreakEvenTest, PollsTakeTheirTurnOfTheRateLimit) {
  const Scenario slow = Plan({"client.rate_limit.rate=0.4/s", "server.batch.base=1s"});
  EXPECT_EQ(AnsweredInOneBatch(slow, 1), 2500ms) << "the second request of the client";
}

TEST(BreakEvenTest, OfAServiceThatVariesExpectedPollsFindFourInFiveReadyAtFirst) {
  const Scenario scenario =
      Plan({R"(server.batch.base={"kind":"uniform","min":"0s","max":"10s"})",
            "server.batch.per_item=0ms", "client.poll.kind=expected", "client.min_poll=1s"});
  // At 8 s 4 in 5 are there; then at 9 s (10 % of 8 s are less than a second), then 1.6 s later.
  EXPECT_NEAR(batcher::ToSeconds(AnsweredInOneBatch(scenario, 1)), 0.8 * 8 + 0.1 * 9 + 0.1 * 10.6,
              0.15);
}

TEST(BreakEvenTest, TheWayAndTheSendingAreCharged) {
  const Scenario far = Plan({"client.rtt=40ms", "client.cost.per_request=1ms",
                             "client.cost.per_item=2ms", "client.rate_limit=null"});
  EXPECT_EQ(AnsweredSingly(far, 1), 3ms + 40ms + 150ms);
  EXPECT_EQ(AnsweredSingly(far, 10), 10 * 3ms + 40ms + 150ms) << "one after the other";
  // Accepted at 1 + 20 + 40 ms; polls are there 1 s and 21 ms later, and so long after each reply.
  EXPECT_EQ(AnsweredInOneBatch(far, 10), 61ms + 3 * (1s + 41ms));
}

TEST(BreakEvenTest, IsTheFirstSizeAtWhichABatchIsSooner) {
  const std::optional<std::size_t> addresses = BreakEven(Plan());
  ASSERT_EQ(addresses, 16U);  // the 16th single call leaves after 3 s, as the batch is answered
  EXPECT_LT(AnsweredInOneBatch(Plan(), 16), AnsweredSingly(Plan(), 16));
  EXPECT_GE(AnsweredInOneBatch(Plan(), 15), AnsweredSingly(Plan(), 15));
}

TEST(BreakEvenTest, ThereIsNoneWhereSingleCallsNeverWait) {
  EXPECT_EQ(BreakEven(Plan({"client.rate_limit=null", "client.max_connections=10000"})),
            std::nullopt);
  EXPECT_EQ(BreakEven(Plan({"batcher.max_items=15"})), std::nullopt) << "too small a batch";
}

TEST(BreakEvenTest, OneAddressIsEnoughWhereABatchIsTheFasterWay) {
  EXPECT_EQ(BreakEven(Plan({"server.batch_mode=immediate", "server.batch.base=10ms"})), 1U);
}

TEST(BreakEvenTest, TimesWithoutAMeanEndAtTheTimeout) {
  const Scenario heavy = Plan({R"(server.batch.base={"kind":"pareto","min":"1s","alpha":0.2})"});
  EXPECT_GT(AnsweredInOneBatch(heavy, 1), 2s);
  EXPECT_LE(AnsweredInOneBatch(heavy, 1), 31s);
}

}  // namespace
}  // namespace scenarios
