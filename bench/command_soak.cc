#include "bench/command_soak.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "bench/evaluate.h"
#include "bench/mock_metrics.h"
#include "bench/option_time.h"
#include "bench/progress.h"
#include "bench/run_metrics.h"
#include "bench/run_target.h"
#include "bench/soak.h"
#include "bench/soak_json.h"
#include "bench/soak_text.h"
#include "bench/sweep_range.h"
#include "bench/terminal.h"
#include "results/lib/machine.h"
#include "results/lib/run_files.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Error;
using batcher::Result;

// Longer than any job is polled for, so that the mock's memory is soon what it will be.
constexpr Duration kKeptJobs = std::chrono::minutes(1);

Result<std::vector<Duration>> WindowsOf(const std::string& text) {
  std::vector<Duration> windows;
  if (text.empty()) {
    return windows;
  }
  const Result<std::vector<std::string>> values = ParseSweepValues(text);
  if (!values) {
    return Error{"--window: " + values.error().message};
  }
  for (const std::string& value : *values) {
    const Result<Duration> window = batcher::ParseDuration(value);
    if (!window) {
      return Error{"--window: found \"" + value + "\", wanted windows such as 5ms..200ms"};
    }
    windows.push_back(*window);
  }
  return windows;
}

Result<SoakPlan> PlanOf(const SoakOptions& options) {
  Result<scenarios::Scenario> scenario = LoadWith(options.settings);
  if (!scenario) {
    return scenario.error();
  }
  const Result<Duration> length = ReadTime("--for", options.length);
  const Result<Duration> dwell = ReadTime("--dwell", options.dwell);
  Result<std::vector<Duration>> windows = WindowsOf(options.windows);
  if (!length || !dwell || !windows) {
    return !length ? length.error() : !dwell ? dwell.error() : windows.error();
  }
  if (windows->size() > 1 && *dwell * static_cast<Duration::rep>(windows->size()) > *length) {
    return Error{fmt::format("--for {}: found {} windows of {} each, wanted time for each once",
                             options.length, windows->size(), options.dwell)};
  }
  return SoakPlan{.scenario = *std::move(scenario),
                  .length = *length,
                  .windows = *std::move(windows),
                  .dwell = *dwell};
}

std::optional<Error> Write(const SoakPlan& plan, const SoakResult& result,
                           const results::RunDirectory& directory) {
  results::Machine machine = results::ReadMachine(std::chrono::system_clock::now());
  machine.compiler = BuildOfThisBinary().compiler;
  std::optional<Error> error =
      results::WriteFileAtOnce(directory.path / "soak.json", SoakJson(plan, result));
  error = error ? error : results::WriteMachine(directory, machine);
  return error ? error : results::TurnLatest(directory);
}

ExitCode CodeOf(const SoakResult& result) {
  if (result.interrupted) {
    return ExitCode::kInterrupted;
  }
  if (!result.audit.one_outcome_each()) {
    return ExitCode::kInvalid;
  }
  return IsFlat(result) ? ExitCode::kGood : ExitCode::kFailed;
}

ExitCode Print(const SoakOptions& options, const SoakPlan& plan, const SoakResult& result,
               const std::string& folder) {
  const ExitCode code = CodeOf(result);
  if (options.output.quiet) {
    return code;
  }
  return Printed(code, [&] {
    if (options.output.json) {
      fmt::print("{}", SoakJson(plan, result));
      return;
    }
    fmt::print(
        "{}\nSaved   {}/  (soak.json; columns in results/README.md)\n"
        "Next    scripts/batchlab sweep {}   (the same windows in virtual time)\n",
        SoakText(plan, result, StyleOfStdout()), folder, CommandLineOf(options.settings));
  });
}

}  // namespace

ExitCode CommandSoak(const SoakOptions& options, const std::stop_token& stop) {
  const Result<SoakPlan> plan = PlanOf(options);
  if (!plan) {
    return Refuse(plan.error().message);
  }
  results::RunPlace place{.scenario_name = plan->scenario.name + "-soak",
                          .now = std::chrono::system_clock::now()};
  if (!options.out.empty()) {
    place.chosen = options.out;
  }
  const Result<results::RunDirectory> directory = results::OpenRunDirectory(place);
  if (!directory) {
    return Refuse(directory.error().message);
  }
  const auto page = OpenMetrics(options.metrics);
  if (!page) {
    return Refuse(page.error().message);
  }
  std::optional<RunMetrics> metrics;
  if (*page != nullptr) {
    metrics.emplace((*page)->registry(), plan->scenario, plan->windows);
    AnnounceMetrics(page->get(), options.output.quiet || options.output.json);
  }
  const std::string key = ApiKey();
  Result<HttpService> service =
      OpenHttpService(plan->scenario, {.base_url = options.base_url,
                                       .api_key = key.empty() ? "batchlab" : key,
                                       .jobs = {.retention = kKeptJobs}});
  if (!service) {
    return Refuse(service.error().message);
  }
  std::optional<Progress> progress;
  if (!options.output.quiet) {
    progress.emplace(plan->scenario.name + " (soak)");
  }
  const ShownMock shown(service->mock.get(), *page != nullptr ? &(*page)->mock() : nullptr);
  const auto result = Soak(*plan, *service, metrics ? &*metrics : nullptr,
                           {.stop = stop, .progress = progress ? &*progress : nullptr});
  progress.reset();
  if (!result) {
    return Refuse(result.error().message);
  }
  if (const auto error = Write(*plan, *result, *directory)) {
    return Refuse(error->message);
  }
  const ExitCode code =
      Print(options, *plan, *result, directory->latest.value_or(directory->path).string());
  HoldMetrics(page->get(), options.metrics, stop);
  return code;
}

}  // namespace bench
