#include "bench/command_run.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "bench/drive_http.h"
#include "bench/evaluate.h"
#include "bench/live.h"
#include "bench/report_file.h"
#include "bench/run_metrics.h"
#include "bench/run_policies.h"
#include "bench/run_refusal.h"
#include "bench/run_target.h"
#include "bench/run_text.h"
#include "bench/simulate.h"
#include "bench/sweep_policies_plan.h"
#include "bench/terminal.h"
#include "bench/twin_run.h"
#include "results/lib/machine.h"
#include "results/lib/run_files.h"
#include "results/lib/trace_events.h"

namespace bench {
namespace {

using batcher::Result;
using scenarios::Scenario;

Result<results::RunDirectory> OpenDirectory(const RunOptions& options, const Scenario& scenario,
                                            const std::string& engine) {
  results::RunPlace place;
  if (!options.out.empty()) {
    place.chosen = options.out;
    if (options.engines.size() > 1) {
      *place.chosen /= engine;
    }
  }
  place.scenario_name = options.engines.size() > 1 ? scenario.name + "-" + engine : scenario.name;
  place.now = std::chrono::system_clock::now();
  return results::OpenRunDirectory(place);
}

// The scenario as sim is to run it: beside http, it charges what this machine costs; the way to a
// live service is longer than can be measured here.
Result<ChargedScenario> ScenarioOfSim(const RunOptions& options, const Scenario& scenario,
                                      const std::stop_token& stop) {
  if (options.engines.size() == 1 || options.no_calibration || Uses(options, "live")) {
    return ChargedScenario{.scenario = scenario, .sentence = {}};
  }
  std::optional<Progress> progress;
  if (!options.output.quiet) {
    progress.emplace("costs of this machine");
  }
  return ChargeThisMachine(scenario, options.base_url, progress ? &*progress : nullptr, stop);
}

// What a run shows to Prometheus. Several engines share it: only http uses it.
struct ShownRun {
  std::unique_ptr<MetricsPage> page;  // null: nothing
  std::unique_ptr<RunMetrics> metrics;
};

Result<ShownRun> Show(const RunOptions& options, const Scenario& scenario) {
  auto page = OpenMetrics(options.metrics);
  if (!page) {
    return page.error();
  }
  ShownRun shown{.page = *std::move(page), .metrics = nullptr};
  if (shown.page != nullptr) {
    shown.metrics = std::make_unique<RunMetrics>(shown.page->registry(), scenario);
    AnnounceMetrics(shown.page.get(), options.output.quiet || options.output.json);
  }
  return shown;
}

Result<RunResult> Perform(const RunOptions& options, const Scenario& scenario,
                          const std::string& engine, const ShownRun& shown,
                          const std::stop_token& stop) {
  std::optional<Progress> progress;
  if (!options.output.quiet) {
    progress.emplace(scenario.name + " (" + engine + ")");
  }
  const RunControl control{.stop = stop, .progress = progress ? &*progress : nullptr};
  if (engine == "sim") {
    return Simulate(scenario, control);
  }
  HttpOptions http{.target = TargetOf(options, engine)};
  if (shown.page != nullptr) {
    http.also = &*shown.metrics;
    http.mock_metrics = &shown.page->mock();
  }
  return DriveHttp(scenario, http, control);
}

// run.json, or where several engines were asked for a list of them: one document in any case.
Result<std::string> JsonOf(const RunOptions& options, const std::vector<FinishedRun>& runs) {
  std::string list;
  for (const FinishedRun& run : runs) {
    const Result<std::string> text = results::RunJson(run.evaluated.report);
    if (!text) {
      return text.error();
    }
    list += (list.empty() ? "" : ",\n") + *text;
  }
  return options.engines.size() == 1 ? list : "[\n" + list + "]\n";
}

// Invalid wins over lack of evidence, and that over a miss; an interrupt over all.
ExitCode Worst(const std::vector<FinishedRun>& runs) {
  for (const ExitCode code :
       {ExitCode::kInterrupted, ExitCode::kInvalid, ExitCode::kLacksEvidence, ExitCode::kFailed}) {
    if (std::ranges::any_of(
            runs, [&](const FinishedRun& run) { return run.evaluated.exit_code == code; })) {
      return code;
    }
  }
  return ExitCode::kGood;
}

// The settings with which another engine runs the same: also what a live run has added.
ScenarioSettings SettingsToRepeat(const RunOptions& options, const Scenario& scenario) {
  ScenarioSettings settings = SettingsOf(options);
  if (Uses(options, "live")) {
    const batcher::WireOptions& client = scenario.client;
    settings.sets.push_back(
        fmt::format("client.rate_limit.rate={}/s", client.rate_limit->rate_per_second));
    settings.sets.push_back(fmt::format("client.rate_limit.burst={}", client.rate_limit->burst));
    settings.sets.push_back("client.min_poll=" + batcher::FormatDuration(client.min_poll));
  }
  return settings;
}

Result<Scenario> ScenarioOf(const RunOptions& options) {
  Result<Scenario> scenario = LoadWith(SettingsOf(options));
  return scenario && Uses(options, "live") ? LiveScenario(*std::move(scenario)) : scenario;
}

// Shows what a live service will be sent and asks whether it may be. None: yes.
std::optional<ExitCode> AskForRun(const RunOptions& options, const Scenario& scenario,
                                  const std::stop_token& stop) {
  const Result<LivePlan> plan = PlanLive(scenario, {.stop = stop});
  if (!plan) {
    return Refuse(plan.error().message);
  }
  return AskForConsent(PlanText(*plan, TargetOf(options, "live").base_url),
                       {.yes = options.yes, .quiet = options.output.quiet}, stop);
}

// None: not given. RefuseRun has read it before.
std::optional<batcher::Duration> PriceOf(const RunOptions& options) {
  return options.price.empty() ? std::nullopt
                               : std::optional(*batcher::ParseDuration(options.price));
}

// Several engines have a file each: "trace.json" is "trace-sim.json" and "trace-http.json".
std::filesystem::path TimeLinePath(const RunOptions& options, const std::string& engine) {
  std::filesystem::path path = options.perfetto;
  if (options.engines.size() > 1) {
    path.replace_filename(path.stem().string() + "-" + engine + path.extension().string());
  }
  return path;
}

std::optional<batcher::Error> WriteTimeLine(const std::filesystem::path& path,
                                            const results::Ledger& ledger) {
  return results::WriteFileAtOnce(path, [&ledger](const results::TextSink& write) {
    results::WriteTraceEvents(ledger, write);
  });
}

// One of the runs, from its result directory to its files.
Result<FinishedRun> RunAndWrite(const RunOptions& options, const Scenario& scenario,
                                const std::string& engine, const ShownRun& shown,
                                const std::stop_token& stop) {
  const Result<results::RunDirectory> directory = OpenDirectory(options, scenario, engine);
  if (!directory) {
    return directory.error();
  }
  results::Machine machine = results::ReadMachine(std::chrono::system_clock::now());
  machine.compiler = BuildOfThisBinary().compiler;
  const Result<RunResult> run = Perform(options, scenario, engine, shown, stop);
  if (!run) {
    return run.error();
  }
  machine.load_after = results::ReadLoadAverage();
  FinishedRun finished{.engine = engine,
                       .directory = *directory,
                       .evaluated = Evaluate(scenario, engine, *run, PriceOf(options))};
  if (auto error = WriteFiles(*directory, *run, finished.evaluated, machine)) {
    return *std::move(error);
  }
  if (!options.perfetto.empty()) {
    if (auto error = WriteTimeLine(TimeLinePath(options, engine), run->ledger)) {
      return *std::move(error);
    }
  }
  AddReport(directory->path, options.output);
  return finished;
}

}  // namespace

ScenarioSettings SettingsOf(const RunOptions& options) {
  ScenarioSettings settings = options.settings;
  if (!options.max_credits.empty()) {
    settings.sets.push_back("client.max_credits=" + options.max_credits);
  }
  return settings;
}

ExitCode CommandRun(const RunOptions& options, const std::stop_token& stop) {
  if (AsksForAllPolicies(options.settings.forms)) {
    return RunAllPolicies(options, stop);
  }
  const Result<Scenario> scenario = ScenarioOf(options);
  if (!scenario) {
    return Refuse(scenario.error().message);
  }
  if (const auto error = RefuseRun(options, *scenario)) {
    return Refuse(error->message);
  }
  if (Uses(options, "live")) {
    if (const auto no = AskForRun(options, *scenario, stop)) {
      return *no;
    }
  }
  const Result<ShownRun> shown = Show(options, *scenario);
  if (!shown) {
    return Refuse(shown.error().message);
  }
  const Result<ChargedScenario> simulated = ScenarioOfSim(options, *scenario, stop);
  if (!simulated) {
    return Refuse(simulated.error().message);
  }
  std::vector<FinishedRun> runs;
  for (const std::string& engine : options.engines) {
    const Scenario& performed = engine == "sim" ? simulated->scenario : *scenario;
    Result<FinishedRun> run = RunAndWrite(options, performed, engine, *shown, stop);
    if (!run) {
      return Refuse(run.error().message);
    }
    runs.push_back(*std::move(run));
    if (runs.back().evaluated.report.interrupted) {
      break;
    }
  }
  if (options.output.quiet) {
    HoldMetrics(shown->page.get(), options.metrics, stop);
    return Worst(runs);
  }
  const Result<std::string> json = options.output.json ? JsonOf(options, runs) : std::string();
  if (!json) {
    return Refuse(json.error().message);
  }
  const ExitCode code = Printed(Worst(runs), [&] {
    fmt::print("{}", *json);
    if (!options.output.json) {
      PrintRuns(SettingsToRepeat(options, *scenario), *scenario, simulated->sentence, runs);
    }
  });
  HoldMetrics(shown->page.get(), options.metrics, stop);
  return code;
}

}  // namespace bench
