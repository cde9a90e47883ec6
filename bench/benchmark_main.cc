#include "bench/benchmark_main.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "bench/build_info.h"

namespace bench {
namespace {

using Run = benchmark::BenchmarkReporter::Run;

constexpr const char* kRowsOnly = "--rows_only";

// The runs without what Google Benchmark made of them, under names that do not tell how they were
// timed.
std::vector<Run> OwnRuns(const std::vector<Run>& all) {
  std::vector<Run> runs;
  std::ranges::copy_if(all, std::back_inserter(runs),
                       [](const Run& run) { return run.run_type != Run::RT_Aggregate; });
  for (Run& run : runs) {
    run.run_name.iterations.clear();
    run.run_name.time_type.clear();
    run.run_name.min_time.clear();
  }
  return runs;
}

struct Scale {
  double from;  // the smallest value that is shown with this unit
  double one;
  std::string_view unit;
};
constexpr std::array<Scale, 4> kTimes = {
    {{1e9, 1e9, " s"}, {1e6, 1e6, " ms"}, {1e3, 1e3, " us"}, {0, 1, " ns"}}};
constexpr std::array<Scale, 4> kNumbers = {
    {{1e9, 1e9, " G"}, {1e6, 1e6, " M"}, {1e4, 1e3, " k"}, {0, 1, ""}}};

// Three digits that count.
std::string Scaled(double value, const std::array<Scale, 4>& scales) {
  const Scale scale = *std::ranges::find_if(
      scales, [&](const Scale& one) { return one.from == 0 || std::abs(value) >= one.from; });
  const double shown = value / scale.one;
  const int whole_digits = std::abs(shown) < 10 ? 1 : std::abs(shown) < 100 ? 2 : 3;
  return fmt::format("{:.{}f}{}", shown, 3 - whole_digits, scale.unit);
}

std::string TimeText(double time, benchmark::TimeUnit unit) {
  return Scaled(time * 1e9 / benchmark::GetTimeUnitMultiplier(unit), kTimes);
}

std::string CounterText(double value) {
  if (value == std::floor(value) && std::abs(value) < 1e4) {
    return fmt::format("{:.0f}", value);
  }
  return std::abs(value) < 1 ? fmt::format("{:.3g}", value) : Scaled(value, kNumbers);
}

// A filter that means our names: those of Google Benchmark go on with how they are timed, where a
// '$' would not find its end.
std::string FilterOfOurNames(std::string_view filter) {
  std::string all;
  for (std::size_t i = 0; i < filter.size(); ++i) {
    if (filter[i] == '\\' && i + 1 < filter.size()) {
      all += filter[i++];
    } else if (filter[i] == '$') {
      all += "(/iterations:1)?(/process_time)?(/manual_time)?";
    }
    all += filter[i];
  }
  return all;
}

// "Release -O3 -DNDEBUG" with which compiler, from what: what makes the figures comparable.
std::string BuildLine() {
  return fmt::format("batchlab {} {}, {}, {}", kVersion, kCommit, kFlags, kCompiler);
}

// What benchmark::RegisterBenchmark makes of a function, in which clang-tidy 14 sees a leak.
class OwnBenchmark final : public benchmark::internal::Benchmark {
 public:
  OwnBenchmark(const std::string& name, std::function<void(benchmark::State&)> function)
      : Benchmark(name.c_str()), function_(std::move(function)) {}

  void Run(benchmark::State& state) override { function_(state); }

 private:
  std::function<void(benchmark::State&)> function_;
};

class TableReporter final : public benchmark::ConsoleReporter {
 public:
  explicit TableReporter(bool rows_only) : rows_only_(rows_only) {}

  bool ReportContext(const Context& context) override {
    name_field_width_ = 50;  // the same in all suites
    if (rows_only_) {
      return true;
    }
    GetOutputStream() << BuildLine() << '\n'
                      << MachineLine(context) << '\n'
                      << fmt::format("\n{:<{}} {:>9} {:>9}\n", "benchmark", name_field_width_,
                                     "time", "cpu");
    return true;
  }

  void ReportRuns(const std::vector<Run>& all) override {
    for (const Run& run : OwnRuns(all)) {
      failed_ = failed_ || run.error_occurred;
      PrintRunData(run);
    }
    GetOutputStream().flush();
  }

  [[nodiscard]] bool failed() const { return failed_; }

 protected:
  void PrintRunData(const Run& run) override {
    std::string row = fmt::format("{:<{}} ", run.benchmark_name(), name_field_width_);
    if (run.error_occurred) {
      row += "failed: " + run.error_message;
    } else {
      row += fmt::format("{:>9} {:>9}", TimeText(run.GetAdjustedRealTime(), run.time_unit),
                         TimeText(run.GetAdjustedCPUTime(), run.time_unit));
      for (const auto& [name, counter] : run.counters) {
        row += fmt::format("  {} {}", CounterText(counter), name);
      }
      row += run.report_label.empty() ? "" : "  " + run.report_label;
    }
    GetOutputStream() << row << '\n';
  }

 private:
  static std::string MachineLine(const Context& context) {
    std::string line =
        fmt::format("{}: {} processors of {:.0f} MHz", context.sys_info.name,
                    context.cpu_info.num_cpus, context.cpu_info.cycles_per_second / 1e6);
    if (!context.cpu_info.load_avg.empty()) {
      line += fmt::format(", load {:.2f} at the start", context.cpu_info.load_avg.front());
    }
    return line;
  }

  bool rows_only_;
  bool failed_ = false;
};

class FileReporter final : public benchmark::JSONReporter {
 public:
  bool ReportContext(const Context& context) override {
    std::ostream& file = GetOutputStream();
    std::ostringstream text;
    SetOutputStream(&text);
    const bool go_on = JSONReporter::ReportContext(context);
    SetOutputStream(&file);
    file << WithoutLibraryBuild(text.str());
    return go_on;
  }

  void ReportRuns(const std::vector<Run>& all) override { JSONReporter::ReportRuns(OwnRuns(all)); }

 private:
  // Debian builds the library without NDEBUG, which is then told as if we were a debug build.
  static std::string WithoutLibraryBuild(std::string context) {
    const std::size_t begin = context.find("    \"library_build_type\"");
    if (begin != std::string::npos) {
      context.erase(begin, context.find('\n', begin) + 1 - begin);
    }
    return context;
  }
};

int Refuse(const char* program, std::string_view sentence) {
  const char* slash = std::strrchr(program, '/');
  std::cerr << (slash != nullptr ? slash + 1 : program) << ": " << sentence << '\n';
  return 2;
}

void PrintHelp(const char* program, std::span<const BenchmarkOption> options) {
  std::cout << program << " [options]\n";
  for (const BenchmarkOption& option : options) {
    std::cout << fmt::format("  --{}=VALUE\n      {} (default: {})\n", option.name, option.meaning,
                             *option.value);
  }
  std::cout << "  " << kRowsOnly
            << "\n      Print the table without its head\n\nand those of Google Benchmark:\n\n";
  benchmark::PrintDefaultHelp();
}

// What is on the command line for us; the rest is left for Google Benchmark.
struct Arguments {
  std::vector<char*> rest;
  bool help = false;
  bool rows_only = false;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment.
  bool has_file = std::getenv("BENCHMARK_OUT") != nullptr;
};

Arguments Read(int argc, char** argv, std::span<const BenchmarkOption> options) {
  Arguments arguments;
  for (char* argument : std::span(argv, static_cast<std::size_t>(argc))) {
    const std::string_view text = argument;
    const auto ours = std::ranges::find_if(options, [&](const BenchmarkOption& option) {
      return text.starts_with(fmt::format("--{}=", option.name));
    });
    if (ours != options.end()) {
      *ours->value = text.substr(ours->name.size() + 3);
    } else if (text == kRowsOnly) {
      arguments.rows_only = true;
    } else {
      arguments.help = arguments.help || text == "--help" || text == "-h";
      arguments.has_file = arguments.has_file || text.starts_with("--benchmark_out=");
      arguments.rest.push_back(argument);
    }
  }
  return arguments;
}

}  // namespace

batcher::Result<std::size_t> PositiveNumber(const BenchmarkOption& option) {
  const std::string& text = *option.value;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number == 0) {
    return batcher::Error{
        fmt::format("--{}: found \"{}\", wanted a number above 0", option.name, text)};
  }
  return number;
}

void AddBenchmark(const std::string& name, BenchmarkTime time,
                  std::function<void(benchmark::State&)> function) {
  // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): it is the library's from here on.
  auto* added =
      benchmark::internal::RegisterBenchmarkInternal(new OwnBenchmark(name, std::move(function)));
  if (time == BenchmarkTime::kCpuOnce) {
    added->Iterations(1);
  } else if (time == BenchmarkTime::kByItself) {
    added->UseManualTime()->MeasureProcessCPUTime();
  }
}

int BenchmarkMain(int argc, char** argv, const BenchmarkSuite& suite) {
  Arguments arguments = Read(argc, argv, suite.options);
  if (arguments.help) {
    PrintHelp(argv[0], suite.options);
    return 0;
  }
  int rest = static_cast<int>(arguments.rest.size());
  arguments.rest.push_back(nullptr);
  benchmark::AddCustomContext("batchlab_version", kVersion);
  benchmark::AddCustomContext("batchlab_commit", kCommit);
  benchmark::AddCustomContext("compiler", kCompiler);
  benchmark::AddCustomContext("build", kFlags);
  benchmark::Initialize(&rest, arguments.rest.data());
  if (rest > 1) {
    return Refuse(argv[0], fmt::format("unknown argument \"{}\"; see --help", arguments.rest[1]));
  }
  benchmark::SetBenchmarkFilter(FilterOfOurNames(benchmark::GetBenchmarkFilter()));
  if (const auto error = suite.prepare ? suite.prepare() : std::nullopt) {
    return Refuse(argv[0], error->message);
  }
  TableReporter table(arguments.rows_only);
  FileReporter file;
  const std::size_t found = arguments.has_file ? benchmark::RunSpecifiedBenchmarks(&table, &file)
                                               : benchmark::RunSpecifiedBenchmarks(&table);
  benchmark::Shutdown();
  if (found == 0) {
    return 2;  // It has said why.
  }
  return table.failed() ? 1 : 0;
}

}  // namespace bench
