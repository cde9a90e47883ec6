// Goal: the simulator agrees with mathematics where mathematics has an answer.
// Method: replications of a scenario in virtual time, each with its own seed; the mean of a
// quantity over them is compared with its closed form in standard errors of that mean. The forms
// are exact for an endless run, and each replication is long beside its start. Waits run from
// submit to dispatch.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "batcher/core/options.h"
#include "bench/simulate.h"
#include "mock_server/latency.h"
#include "results/lib/ledger.h"
#include "scenarios/load.h"

namespace {

using namespace std::chrono_literals;
using batcher::Duration;
using batcher::ToSeconds;
using results::Ledger;
using scenarios::Scenario;

constexpr int kReplications = 40;
constexpr double kLargestZ = 4.5;  // A true form fails one comparison in 20,000 at 39 degrees.

// No limits but those of the case, and a service that answers a batch when it is done.
Scenario Bare(const std::string& rate, const std::string& base, const std::string& per_item) {
  auto scenario = scenarios::ParseScenario(
      "{}", "closed form",
      {"arrivals.kind=poisson", "arrivals.rate=" + rate, "arrivals.count=20000",
       "keys.kind=sequential", "batcher.max_in_flight=null", "batcher.single_below=1",
       "batcher.dedup=false", "client.max_connections=10000", "server.batch_mode=immediate",
       "server.batch.base=" + base, "server.batch.per_item=" + per_item, "server.batch.jitter=null",
       "server.workers=null"});
  EXPECT_TRUE(scenario) << scenario.error().message;
  return *std::move(scenario);
}

struct Expected {
  std::string name;
  double exact = 0;
  std::function<double(const Ledger&)> measure;
};

void ExpectAgreement(Scenario scenario, const std::vector<Expected>& expectations) {
  std::vector<std::vector<double>> values(expectations.size());
  for (int replication = 0; replication < kReplications; ++replication) {
    scenario.seed = 1000 + static_cast<std::uint64_t>(replication);
    const auto run = bench::Simulate(scenario, {});
    ASSERT_TRUE(run) << run.error().message;
    ASSERT_EQ(run->ledger.calls.size(), 20000U);
    for (std::size_t i = 0; i < expectations.size(); ++i) {
      values[i].push_back(expectations[i].measure(run->ledger));
    }
  }
  for (std::size_t i = 0; i < expectations.size(); ++i) {
    double mean = 0;
    for (const double value : values[i]) {
      mean += value / kReplications;
    }
    double variance = 0;
    for (const double value : values[i]) {
      variance += (value - mean) * (value - mean) / (kReplications - 1);
    }
    const double error = std::sqrt(variance / kReplications);
    const double z = (mean - expectations[i].exact) / error;
    std::printf("%-22s exact %.7f  simulated %.7f +- %.7f  z %+.2f\n", expectations[i].name.c_str(),
                expectations[i].exact, mean, error, z);
    EXPECT_LT(std::abs(z), kLargestZ) << expectations[i].name;
    // Noise so wide that it would hide a fault of 2 % is a fault of the test.
    EXPECT_LT(error, 0.01 * expectations[i].exact) << expectations[i].name;
  }
}

double BatchesPerCall(const Ledger& ledger) {
  return static_cast<double>(ledger.batches.size()) / static_cast<double>(ledger.calls.size());
}

double MeanWait(const Ledger& ledger) {
  double sum = 0;
  for (const batcher::CallRecord& call : ledger.calls) {
    sum += ToSeconds(call.dispatched - call.submitted);
  }
  return sum / static_cast<double>(ledger.calls.size());
}

double MeanLatency(const Ledger& ledger) {
  double sum = 0;
  for (const batcher::CallRecord& call : ledger.calls) {
    sum += ToSeconds(results::Latency(call));
  }
  return sum / static_cast<double>(ledger.calls.size());
}

// The share of the calls whose wait fulfils `condition`.
std::function<double(const Ledger&)> Share(const std::function<bool(Duration)>& condition) {
  return [condition](const Ledger& ledger) {
    double count = 0;
    for (const batcher::CallRecord& call : ledger.calls) {
      count += condition(call.dispatched - call.submitted) ? 1 : 0;
    }
    return count / static_cast<double>(ledger.calls.size());
  };
}

// Poisson arrivals of rate l, window w from the first call, S(n) = base + per_item n: the first
// call waits w, and l w others join on average.
TEST(ClosedFormsTest, WindowOnPoissonArrivals) {
  const double l = 100;
  const double w = 0.02;
  const double base = 0.03;
  const double per_item = 0.0005;
  const double x = l * w;
  Scenario scenario = Bare("100/s", "30ms", "0.5ms");
  scenario.batcher.policy = batcher::WindowPolicy(20ms);
  const double mean_wait = w * (1 + x / 2) / (1 + x);
  EXPECT_NEAR(mean_wait, 0.0133333333, 1e-9);
  ExpectAgreement(
      scenario,
      {{"batches per call", 1 / (1 + x), BatchesPerCall},
       {"mean wait", mean_wait, MeanWait},
       {"mean latency", mean_wait + base + per_item * (1 + 3 * x + x * x) / (1 + x), MeanLatency},
       {"share waiting w", 1 / (1 + x), Share([](Duration wait) { return wait == 20ms; })},
       {"share below w / 2", 0.5 * x / (1 + x), Share([](Duration wait) { return wait < 10ms; })}});
}

// The article's loop: sleep t; if anything is queued send all of it and await it for s; repeat.
// Looks at the queue are t apart after an empty one and t + s after one that sent.
TEST(ClosedFormsTest, TheArticlesLoopWithConstantService) {
  const double l = 5;
  const double t = 0.1;
  const double s = 0.25;
  Scenario scenario = Bare("5/s", "250ms", "0ms");
  scenario.batcher.policy = batcher::TickPolicy(100ms);
  const double odds = (1 - std::exp(-l * t)) * std::exp(l * (t + s));
  const double full = odds / (1 + odds);  // the share of looks that found something
  const double gap = t + full * s;
  const double mean_wait = ((1 - full) * t * t + full * (t + s) * (t + s)) / (2 * gap);
  EXPECT_NEAR(full, 0.693651827, 1e-9);
  EXPECT_NEAR(mean_wait, 0.160994255, 1e-9);
  ExpectAgreement(scenario,
                  {{"batches per call", full / (l * gap), BatchesPerCall},
                   {"mean wait", mean_wait, MeanWait},
                   {"mean latency", mean_wait + s, MeanLatency},
                   {"share up to t", t / gap, Share([](Duration wait) { return wait <= 100ms; })}});
}

// Natural batching, one slot, constant service s: while a batch is under way the next one gathers.
TEST(ClosedFormsTest, NaturalBatchingWithConstantService) {
  const double l = 40;
  const double s = 0.05;
  const double x = l * s;
  Scenario scenario = Bare("40/s", "50ms", "0ms");
  scenario.batcher.policy = batcher::NaturalPolicy();
  scenario.batcher.max_in_flight = 1;
  const double mean_batch = x + std::exp(-x);
  const double mean_wait = l * s * s / 2 / mean_batch;
  EXPECT_NEAR(mean_batch, 2.13533528, 1e-8);
  EXPECT_NEAR(mean_wait, 0.0234155265, 1e-10);
  ExpectAgreement(scenario, {{"batches per call", 1 / mean_batch, BatchesPerCall},
                             {"mean wait", mean_wait, MeanWait},
                             {"mean latency", mean_wait + s, MeanLatency},
                             {"share not waiting", std::exp(-x) / mean_batch,
                              Share([](Duration wait) { return wait == Duration(0); })}});
}

}  // namespace
