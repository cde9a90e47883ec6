// What statistics and files cost for each call, value or row.
//
// The ledger is that of the default scenario in virtual time (Poisson arrivals, window 10 ms), with
// `--calls` calls: stamps, batches and outcomes as they come, not invented ones. The histograms
// hold its latencies. The time of an iteration is that of the whole set; `ns_each` is what one
// element added to it.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "bench/benchmark_main.h"
#include "bench/simulate.h"
#include "results/lib/clairvoyant.h"
#include "results/lib/clairvoyant_late.h"
#include "results/lib/histogram.h"
#include "results/lib/ledger_csv.h"
#include "results/lib/replication.h"
#include "results/lib/summary.h"
#include "scenarios/load.h"

namespace {

namespace fs = std::filesystem;
using batcher::Duration;
using batcher::Error;
using batcher::Instant;
using batcher::Result;
using bench::RunResult;

void CountEach(benchmark::State& state, std::size_t elements) {
  using benchmark::Counter;
  const auto all = static_cast<double>(elements);
  state.counters["per_s"] = Counter(all, Counter::kIsIterationInvariantRate);
  state.counters["ns_each"] =
      Counter(all / 1e9, Counter::kIsIterationInvariantRate | Counter::kInvert);
}

std::vector<Duration> LatenciesOf(const RunResult& run) {
  std::vector<Duration> latencies;
  latencies.reserve(run.ledger.calls.size());
  for (const batcher::CallRecord& call : run.ledger.calls) {
    latencies.push_back(results::Latency(call));
  }
  return latencies;
}

results::Histogram HistogramOf(const std::vector<Duration>& times) {
  results::Histogram histogram;
  for (const Duration time : times) {
    histogram.Add(time);
  }
  return histogram;
}

// Into a histogram that has grown; the values come as calls end, so neighbours are often close.
void HistogramAdd(benchmark::State& state, const RunResult& run) {
  const std::vector<Duration> latencies = LatenciesOf(run);
  results::Histogram histogram = HistogramOf(latencies);
  for ([[maybe_unused]] auto _ : state) {
    for (const Duration latency : latencies) {
      histogram.Add(latency);
    }
    benchmark::DoNotOptimize(histogram);
  }
  CountEach(state, latencies.size());
}

// As a sweep pools its replications. An element is a histogram.
void HistogramMerge(benchmark::State& state, const RunResult& run) {
  const results::Histogram one = HistogramOf(LatenciesOf(run));
  results::Histogram all = one;
  for ([[maybe_unused]] auto _ : state) {
    all.Merge(one);
    benchmark::DoNotOptimize(all);
  }
  CountEach(state, 1);
}

void HistogramQuantile(benchmark::State& state, const RunResult& run) {
  const results::Histogram histogram = HistogramOf(LatenciesOf(run));
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(histogram.Quantile(0.99));
  }
  CountEach(state, 1);
}

// All statistics of run.json, with exact quantiles.
void Summarise(benchmark::State& state, const RunResult& run) {
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(results::Summarise(run.ledger, run.extras));
  }
  CountEach(state, run.ledger.calls.size());
}

// The same in memory that does not grow with the calls, as the runs of a sweep: call by call, in
// the order of the ledger, then the end of the run.
void ReplicationTally(benchmark::State& state, const RunResult& run) {
  for ([[maybe_unused]] auto _ : state) {
    results::ReplicationTally tally(true);
    for (const batcher::CallRecord& call : run.ledger.calls) {
      tally.Arrive(call.call, run.extras.burst_of_call[call.call]);
      tally.End(call);
    }
    for (const batcher::BatchRecord& batch : run.ledger.batches) {
      tally.End(batch);
    }
    benchmark::DoNotOptimize(tally.Finish());
  }
  CountEach(state, run.ledger.calls.size());
}

// calls.csv and batches.csv, in the folder for temporary files. An element is a row of either.
void WriteLedger(benchmark::State& state, const RunResult& run) {
  std::string folder = (fs::temp_directory_path() / "batchlab_results_bench_XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) {
    state.SkipWithError("there is no folder for temporary files");
    return;
  }
  for ([[maybe_unused]] auto _ : state) {
    if (const auto error = results::WriteLedger(folder, run.ledger)) {
      state.SkipWithError(error->message.c_str());
      break;
    }
  }
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  CountEach(state, run.ledger.calls.size() + run.ledger.batches.size());
}

std::vector<Instant> ArrivalsOf(const RunResult& run) {
  std::vector<Instant> arrivals;
  arrivals.reserve(run.ledger.calls.size());
  for (const batcher::CallRecord& call : run.ledger.calls) {
    arrivals.push_back(call.submitted);
  }
  return arrivals;
}

// The least that any way to batch these arrivals could have cost, for a price that makes batches
// of some ten calls.
void LeastCost(benchmark::State& state, const RunResult& run) {
  const std::vector<Instant> arrivals = ArrivalsOf(run);
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(results::LeastCost(arrivals, std::chrono::milliseconds(200)));
  }
  CountEach(state, arrivals.size());
}

// The same, of at most 16 calls in a batch.
void LeastCostLimited(benchmark::State& state, const RunResult& run) {
  const std::vector<Instant> arrivals = ArrivalsOf(run);
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(results::LeastCost(arrivals, std::chrono::milliseconds(200), 16));
  }
  CountEach(state, arrivals.size());
}

void FewestWithin(benchmark::State& state, const RunResult& run) {
  const std::vector<Instant> arrivals = ArrivalsOf(run);
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(results::FewestWithin(arrivals, std::chrono::milliseconds(50)));
  }
  CountEach(state, arrivals.size());
}

// Calls later than 50 ms, a batch being worth one.
void LeastLate(benchmark::State& state, const RunResult& run) {
  const std::vector<Instant> arrivals = ArrivalsOf(run);
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(results::LeastLate(arrivals, std::chrono::milliseconds(50), 1));
  }
  CountEach(state, arrivals.size());
}

Result<RunResult> RunOf(std::size_t calls) {
  const Result<scenarios::Scenario> scenario = scenarios::ParseScenario(
      "{}", "defaults",
      {R"(arrivals={"kind": "poisson", "rate": "200/s", "count": )" + fmt::format("{}}}", calls)});
  if (!scenario) {
    return scenario.error();
  }
  return bench::Simulate(*scenario, {});
}

void RegisterAll(const RunResult& run) {
  const auto add = [&run](const char* name, auto function) {
    bench::AddBenchmark(name, bench::BenchmarkTime::kCpu,
                        [&run, function](benchmark::State& state) { function(state, run); });
  };
  add("histogram/add", HistogramAdd);
  add("histogram/merge", HistogramMerge);
  add("histogram/quantile", HistogramQuantile);
  add("summarise", Summarise);
  add("replication_tally", ReplicationTally);
  add("write_ledger", WriteLedger);
  add("clairvoyant/least_cost", LeastCost);
  add("clairvoyant/least_cost/max_items:16", LeastCostLimited);
  add("clairvoyant/fewest_within", FewestWithin);
  add("clairvoyant/least_late", LeastLate);
}

}  // namespace

int main(int argc, char** argv) {
  std::string calls = "100000";
  RunResult run;
  const auto options = std::to_array<bench::BenchmarkOption>(
      {{.name = "calls", .meaning = "Calls in the ledger", .value = &calls}});
  return bench::BenchmarkMain(
      argc, argv, {.options = options, .prepare = [&]() -> std::optional<Error> {
                     const Result<std::size_t> number = bench::PositiveNumber(options.front());
                     if (!number) {
                       return number.error();
                     }
                     Result<RunResult> simulated = RunOf(*number);
                     if (!simulated) {
                       return simulated.error();
                     }
                     run = *std::move(simulated);
                     RegisterAll(run);
                     return std::nullopt;
                   }});
}
