// What a call costs in virtual time: the real engine, the real flow and the service model, told of
// by numbers only or with a record for each call, beside the loop that no simulation can undercut:
// a draw of an arrival and a histogram. Batches have 21 calls on average: windows of 100 ms at 200
// calls/s. Inside the timed region is a whole run, its set-up included.

#include <benchmark/benchmark.h>

#include "batcher/base/random.h"
#include "batcher/core/options.h"
#include "bench/benchmark_main.h"
#include "bench/simulate.h"
#include "results/lib/histogram.h"
#include "scenarios/load.h"

namespace bench {
namespace {

using namespace std::chrono_literals;

constexpr double kCalls = 1e6;

scenarios::Scenario TwentyCallsABatch() {
  const auto scenario = scenarios::ParseScenario(
      R"({"arrivals": {"kind": "poisson", "rate": "200/s", "count": 1000000},
          "batcher": {"policy": {"kind": "window", "window": "100ms"}}})",
      "benchmark");
  return *scenario;
}

void BareLoop(benchmark::State& state) {
  for ([[maybe_unused]] auto _ : state) {
    batcher::RandomStream gaps(1, "arrivals");
    results::Histogram histogram;
    batcher::Duration at{0};
    for (int call = 0; call < static_cast<int>(kCalls); ++call) {
      const batcher::Duration gap = gaps.Exponential(5ms);
      at += gap;
      histogram.Add(gap);
    }
    benchmark::DoNotOptimize(at);
    benchmark::DoNotOptimize(histogram.count());
  }
  state.counters["calls/s"] =
      benchmark::Counter(kCalls, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(BareLoop)->Unit(benchmark::kMillisecond);

void InNumbers(benchmark::State& state) {
  const scenarios::Scenario scenario = TwentyCallsABatch();
  for ([[maybe_unused]] auto _ : state) {
    const auto run = SimulateInNumbers(scenario, {});
    benchmark::DoNotOptimize((*run)->replication.tally.counts.calls);
  }
  state.counters["calls/s"] =
      benchmark::Counter(kCalls, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(InNumbers)->Unit(benchmark::kMillisecond);

void WithEachRecord(benchmark::State& state) {
  const scenarios::Scenario scenario = TwentyCallsABatch();
  for ([[maybe_unused]] auto _ : state) {
    const auto run = Simulate(scenario, {});
    benchmark::DoNotOptimize(run->ledger.calls.size());
  }
  state.counters["calls/s"] =
      benchmark::Counter(kCalls, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(WithEachRecord)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bench

int main(int argc, char** argv) { return bench::BenchmarkMain(argc, argv); }
