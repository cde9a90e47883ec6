#include "bench/calibration.h"

#include <gtest/gtest.h>

// The measurement itself ends, and gives figures that can be charged; what it concludes from a
// ledger is exact: the simulator, charged with costs, is taken for the machine.

#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "bench/calibration_fit.h"
#include "bench/simulate.h"
#include "scenarios/arrivals.h"

namespace bench {
namespace {

using namespace std::chrono_literals;
using batcher::Duration;

constexpr Duration kService = 2ms;

// A machine in virtual time on which probes are sent.
class VirtualMachine {
 public:
  explicit VirtualMachine(const MachineCosts& costs) {
    Charge(costs, scenario_);
    scenario_.server.single = mock_server::ConstantLatency(kService);
    scenario_.server.batch_base = mock_server::ConstantLatency(kService);
    scenario_.server.batch_per_item = 0ms;
    scenario_.server.batch_mode = mock_server::BatchMode::kImmediate;
    scenario_.server.workers = std::nullopt;
    scenario_.batcher.policy = batcher::WindowPolicy(1ms);
    scenario_.batcher.max_in_flight = std::nullopt;
    probes_.service = kService;
  }

  void Send(std::size_t calls, bool batch) {
    scenario_.arrivals = batcher::Choice(scenarios::FindArrivalKind("burst")->spec);
    scenario_.arrivals.Set("size", static_cast<double>(calls));
    scenario_.batcher.single_below = batch ? 1 : 1000;
    const auto run = Simulate(scenario_, {});
    ASSERT_TRUE(run);
    const std::uint64_t first = probes_.ledger.calls.size();
    probes_.ledger.batches.insert(probes_.ledger.batches.end(), run->ledger.batches.begin(),
                                  run->ledger.batches.end());
    for (batcher::CallRecord call : run->ledger.calls) {
      call.call += first;
      probes_.ledger.calls.push_back(call);
    }
    probes_.probes.push_back({.first_call = first, .calls = calls, .batch = batch});
  }
  // As a machine that stalls for so long before it delivers the last probe.
  void StallLast(Duration stall) {
    for (auto at = probes_.ledger.calls.end() - static_cast<std::ptrdiff_t>(LastSize());
         at != probes_.ledger.calls.end(); ++at) {
      at->delivered += stall;
    }
  }
  void FailLast() { probes_.ledger.calls.back().outcome = batcher::Outcome::kTimeout; }
  [[nodiscard]] MachineCosts Costs() const { return FitCosts(probes_); }

 private:
  [[nodiscard]] std::size_t LastSize() const { return probes_.probes.back().calls; }

  scenarios::Scenario scenario_;
  Probes probes_;
};

constexpr MachineCosts kCosts = {
    .per_request = 84us, .per_item = 1'100ns, .rtt = 210us, .timer_lag = 92us};

TEST(CalibrationFitTest, FindsWhatTheSimulatorWasCharged) {
  VirtualMachine machine(kCosts);
  for (const std::size_t size : {1U, 4U, 12U}) {
    machine.Send(size, false);
  }
  for (const std::size_t size : {4U, 16U, 64U, 256U}) {
    machine.Send(size, true);
  }
  EXPECT_EQ(machine.Costs(), kCosts);
}

TEST(CalibrationFitTest, AFewStallsChangeNothing) {
  VirtualMachine machine(kCosts);
  for (int round = 0; round < 5; ++round) {
    for (const auto& [size, batch] :
         std::vector<std::pair<std::size_t, bool>>{{1, false}, {4, false}, {4, true}, {64, true}}) {
      machine.Send(size, batch);
      if (round % 2 == 1) {
        machine.StallLast(50ms);
      }
    }
  }
  EXPECT_EQ(machine.Costs(), kCosts);
}

TEST(CalibrationFitTest, WhatTheProbesDoNotTellIsNotKnown) {
  VirtualMachine machine(kCosts);
  EXPECT_EQ(machine.Costs(), MachineCosts{});
  machine.Send(4, true);
  machine.Send(8, true);
  machine.FailLast();
  EXPECT_EQ(machine.Costs(), (MachineCosts{.timer_lag = 92us}));
  machine.Send(8, true);
  EXPECT_EQ(machine.Costs(), (MachineCosts{.per_item = 1'100ns, .timer_lag = 92us}));
}

TEST(CalibrationFitTest, NoCostIsBelowZero) {
  VirtualMachine machine(kCosts);
  machine.Send(1, false);
  machine.StallLast(-1ms);
  machine.Send(2, false);
  machine.StallLast(-3ms);
  const MachineCosts costs = machine.Costs();
  EXPECT_EQ(costs.per_request, 0ns);
  EXPECT_EQ(costs.rtt, 0ns);
}

void ExpectChargeable(const std::optional<Duration>& cost) {
  ASSERT_TRUE(cost);
  EXPECT_GE(*cost, 0ns);
  EXPECT_LT(*cost, 1h) << "as the scenario allows";
}

TEST(CalibrationTest, MeasuresEveryCost) {
  const auto measured = Calibrate(CalibrationScope::kAll, {});
  ASSERT_TRUE(measured) << measured.error().message;
  ASSERT_TRUE(*measured);
  const MachineCosts& costs = (*measured)->costs;
  ExpectChargeable(costs.per_request);
  ExpectChargeable(costs.per_item);
  ExpectChargeable(costs.rtt);
  ExpectChargeable(costs.timer_lag);
  EXPECT_GT((*measured)->took, 0ns);
}

TEST(CalibrationTest, OfTimersOnlyKnowsNothingOfRequests) {
  const auto measured = Calibrate(CalibrationScope::kTimersOnly, {});
  ASSERT_TRUE(measured && *measured);
  ExpectChargeable((*measured)->costs.timer_lag);
  EXPECT_FALSE((*measured)->costs.per_request);
  EXPECT_FALSE((*measured)->costs.per_item);
  EXPECT_FALSE((*measured)->costs.rtt);
}

TEST(CalibrationTest, EndsWithoutAResultWhenItIsToStop) {
  for (const CalibrationScope scope : {CalibrationScope::kAll, CalibrationScope::kTimersOnly}) {
    std::stop_source stop;
    std::thread other([&] { stop.request_stop(); });
    const auto stopped = Calibrate(scope, {.stop = stop.get_token(), .progress = nullptr});
    other.join();
    ASSERT_TRUE(stopped) << stopped.error().message;
    EXPECT_FALSE(*stopped);
  }
}

}  // namespace
}  // namespace bench
