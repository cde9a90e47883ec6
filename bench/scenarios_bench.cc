// What the shipped scenarios give at a handful of windows, in virtual time, and what the simulation
// costs.
//
// An entry is a point of `batchlab sweep`: the same plan, the same run of it, so its counters are
// those of sweep.csv to the digit. A repetition is one run, of the scenario's seed plus the number
// of the repetition: --benchmark_repetitions=10 gives the seeds of a sweep. The time is that of the
// whole run: arrivals, engine, service model, statistics, and repeating it at twice the length
// where a p99 needs more batches (the counter `calls` is of the last one).

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "bench/benchmark_main.h"
#include "bench/settings.h"
#include "bench/sweep_cell.h"
#include "bench/sweep_plan.h"
#include "bench/sweep_size.h"
#include "results/lib/quantities.h"
#include "results/lib/replication.h"

namespace bench {
namespace {

namespace fs = std::filesystem;
using batcher::Error;
using batcher::Result;

struct CounterOf {
  const char* counter;
  const char* quantity;
};
constexpr auto kCounters = std::to_array<CounterOf>({
    {"p50_ms", "latency.p50"},
    {"p99_ms", "latency.p99"},
    {"requests_saved", "requests_saved"},
    {"calls_per_batch", "calls_per_batch.mean"},
    {"calls", "calls"},
});

// One point of a sweep. Each time it is called it runs the next seed.
class PointBenchmark {
 public:
  PointBenchmark(SweepPlan plan, std::size_t point)
      : plan_(std::move(plan)), point_(point), seed_(plan_.first_seed) {}

  void operator()(benchmark::State& state) {
    Result<std::optional<SweepCell>> cell = std::optional<SweepCell>();
    for ([[maybe_unused]] auto _ : state) {
      cell = RunCell(plan_, point_, seed_++, {});
    }
    if (!cell || !*cell) {
      state.SkipWithError(cell ? "stopped" : cell.error().message.c_str());
      return;
    }
    const results::Replication& run = (*cell)->replication;
    const results::Summary summary = run.tally.Finish();
    for (const CounterOf& one : kCounters) {
      if (const auto value = results::ValueOf(summary, one.quantity)) {
        state.counters[one.counter] = *value;
      }
    }
    if (run.saturated_at) {
      state.SetLabel(fmt::format("saturated: {:.0f}/s possible", *run.saturated_at));
    }
  }

 private:
  SweepPlan plan_;
  std::size_t point_;
  std::uint64_t seed_;
};

// An entry for each window; the baselines of the sweep have none.
std::optional<Error> RegisterScenario(const fs::path& file, const std::string& windows) {
  const ScenarioSettings settings{.file = file.string()};
  const SweepAxes axes{.forms = {.window = windows}};
  const Result<scenarios::Scenario> scenario = LoadWith(settings);
  if (!scenario) {
    return scenario.error();
  }
  const Result<SweepPlan> plan = MakeSweepPlan(settings, axes, UsualSize(*scenario, "sim"), "sim");
  if (!plan) {
    return plan.error();
  }
  for (std::size_t point = 0; point < plan->points.size(); ++point) {
    if (!plan->points[point].baseline) {
      const std::string name =
          fmt::format("{}/window:{}/sim", scenario->name, plan->points[point].label);
      AddBenchmark(name, BenchmarkTime::kCpuOnce, PointBenchmark(*plan, point));
    }
  }
  return std::nullopt;
}

std::optional<Error> RegisterAll(const std::string& folder, const std::string& windows) {
  std::vector<fs::path> files;
  std::error_code failed;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed)) {
    if (entry.path().extension() == ".json") {
      files.push_back(entry.path());
    }
  }
  if (files.empty()) {
    return Error{fmt::format("--scenarios: \"{}\" has no scenario", folder)};
  }
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    if (auto error = RegisterScenario(file, windows)) {
      return error;
    }
  }
  return std::nullopt;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  std::string windows = "5ms,20ms,50ms,100ms,500ms";
  std::string folder = "scenarios";
  const auto options = std::to_array<bench::BenchmarkOption>(
      {{.name = "window", .meaning = "The windows: 5ms,20ms or 1ms..500ms", .value = &windows},
       {.name = "scenarios", .meaning = "The folder of the scenarios", .value = &folder}});
  return bench::BenchmarkMain(argc, argv, {.options = options, .prepare = [&] {
                                             return bench::RegisterAll(folder, windows);
                                           }});
}
