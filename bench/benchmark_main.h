#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "batcher/base/result.h"

namespace benchmark {
class State;
}

namespace bench {

// An option of one suite, given as --name=VALUE.
struct BenchmarkOption {
  std::string_view name;     // without dashes
  std::string_view meaning;  // a sentence for --help
  std::string* value;        // the default, until another is given
};

// What a suite has beyond the benchmarks that register themselves.
struct BenchmarkSuite {
  std::span<const BenchmarkOption> options = {};
  // Called once the options are read, to register benchmarks that depend on them. An error is bad
  // input.
  std::function<std::optional<batcher::Error>()> prepare = {};
};

// The value of an option that is a number above 0.
[[nodiscard]] batcher::Result<std::size_t> PositiveNumber(const BenchmarkOption& option);

// How a benchmark is timed.
enum class BenchmarkTime {
  kCpu,       // by Google Benchmark, over as many iterations as it takes
  kCpuOnce,   // the same, of a single iteration
  kByItself,  // it says how long an iteration took; the CPU time is that of all threads
};
// Registers a benchmark, to be called by `prepare` below.
void AddBenchmark(const std::string& name, BenchmarkTime time,
                  std::function<void(benchmark::State&)> function);

// The main function of every suite of Google Benchmark: all its options and those of the suite; a
// table that tells how *we* were built, and JSON with the same (--benchmark_out=FILE). The rows
// that Google Benchmark makes of repetitions (mean, median, standard deviation) are left out of
// both: counters may be percentiles, which must not be averaged. With --rows_only the table has no
// head, so that those of several suites make one. Answers the exit code: 0; 1 if a benchmark
// failed; 2 for a wrong use, and if the filter fits no benchmark.
[[nodiscard]] int BenchmarkMain(int argc, char** argv, const BenchmarkSuite& suite = {});

}  // namespace bench
