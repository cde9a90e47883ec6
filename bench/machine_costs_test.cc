#include "bench/machine_costs.h"

#include <gtest/gtest.h>

// What a machine costs: which of it a scenario leaves open, and how it is charged in virtual time.

#include "bench/simulate.h"
#include "scenarios/arrivals.h"

namespace bench {
namespace {

using namespace std::chrono_literals;
using batcher::At;
using batcher::Duration;
using scenarios::Scenario;

constexpr MachineCosts kCosts = {
    .per_request = 85'400ns, .per_item = 1'130ns, .rtt = 210us, .timer_lag = 92us};

TEST(MachineCostsTest, AreChargedWhereTheScenarioSaysNothing) {
  Scenario scenario;
  EXPECT_TRUE(LeavesCostsOpen(scenario));
  EXPECT_EQ(OpenCosts(kCosts, scenario), kCosts);
  Charge(kCosts, scenario);
  EXPECT_EQ(scenario.client.cost.per_request, 85'400ns);
  EXPECT_EQ(scenario.client.cost.per_item, 1'130ns);
  EXPECT_EQ(scenario.rtt, 210us);
  EXPECT_EQ(scenario.timer_lag, 92us);
  EXPECT_FALSE(LeavesCostsOpen(scenario));
}

TEST(MachineCostsTest, WhatTheScenarioSaysStands) {
  Scenario scenario;
  scenario.rtt = 1ns;
  scenario.client.cost.per_item = 2us;
  EXPECT_TRUE(LeavesCostsOpen(scenario));
  Charge(OpenCosts(kCosts, scenario), scenario);
  EXPECT_EQ(scenario.rtt, 1ns);
  EXPECT_EQ(scenario.client.cost.per_item, 2us);
  EXPECT_EQ(scenario.client.cost.per_request, 85'400ns);
  EXPECT_EQ(scenario.timer_lag, 92us);
}

TEST(MachineCostsTest, InWordsAreThoseThatAreKnown) {
  EXPECT_EQ(InWords(kCosts),
            "85 us a request, 1.1 us an item, 210 us there and back, timers 92 us late");
  EXPECT_EQ(InWords({.timer_lag = 7'940ns}), "timers 7.9 us late");
  EXPECT_EQ(InWords({}), "");
}

// One call at time 0, at once and by itself, to a service that takes 30 ms.
Scenario OneCall() {
  Scenario scenario;
  scenario.arrivals = batcher::Choice(scenarios::FindArrivalKind("burst")->spec);
  scenario.arrivals.Set("size", 1);
  scenario.batcher.policy = batcher::UnbatchedPolicy();
  scenario.server.single = mock_server::ConstantLatency(30ms);
  scenario.server.batch_base = mock_server::ConstantLatency(30ms);
  scenario.server.batch_per_item = 0ms;
  return scenario;
}

batcher::CallRecord CallOf(const Scenario& scenario) {
  const auto run = Simulate(scenario, {});
  EXPECT_TRUE(run);
  EXPECT_EQ(run->ledger.calls.size(), 1U);
  return run->ledger.calls.at(0);
}

TEST(ChargedCostsTest, EachIsInAPartOfTheLatency) {
  Scenario scenario = OneCall();
  scenario.client.cost = {.per_request = 100us, .per_item = 10us};
  scenario.rtt = 301ns;
  scenario.timer_lag = 1ms;
  const batcher::CallRecord call = CallOf(scenario);
  EXPECT_EQ(call.intended, At(0ms));
  EXPECT_EQ(call.submitted, At(1ms)) << "the load generator overslept";
  EXPECT_EQ(call.dispatched, At(1ms));
  EXPECT_EQ(call.sent, At(1ms + 110us));
  EXPECT_EQ(call.answered, At(31ms + 110us + 301ns)) << "as its age in the reply tells";
  EXPECT_EQ(call.replied, At(32ms + 110us + 301ns)) << "the mock overslept";
  EXPECT_EQ(call.delivered, call.replied);
}

TEST(ChargedCostsTest, AMockThatDoesNotSleepIsNotLate) {
  Scenario scenario = OneCall();
  scenario.server.single = mock_server::ConstantLatency(0ms);
  scenario.timer_lag = 1ms;
  EXPECT_EQ(CallOf(scenario).replied, At(1ms));
  scenario.server.single = mock_server::ConstantLatency(1ns);
  EXPECT_EQ(CallOf(scenario).replied, At(2ms + 1ns));
}

// Submitted at 1 ms and accepted at once; the poll's timer for 41 ms comes at 42 ms.
TEST(ChargedCostsTest, NeitherIsOneThatAnswersAPoll) {
  Scenario scenario = OneCall();
  scenario.batcher.policy = batcher::NaturalPolicy();
  scenario.batcher.single_below = 1;
  scenario.client.poll = batcher::FixedPoll(40ms);
  scenario.timer_lag = 1ms;
  const batcher::CallRecord call = CallOf(scenario);
  EXPECT_EQ(call.answered, At(31ms));
  EXPECT_EQ(call.replied, At(42ms));
}

}  // namespace
}  // namespace bench
