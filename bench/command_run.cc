#include "bench/command_run.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <utility>

#include "batcher/geoapify/base_url.h"
#include "bench/drive_http.h"
#include "bench/evaluate.h"
#include "bench/simulate.h"
#include "bench/terminal.h"
#include "bench/twin_run.h"
#include "results/lib/machine.h"
#include "results/lib/summary_table.h"
#include "scenarios/arrivals.h"
#include "scenarios/keys.h"

namespace bench {
namespace {

using batcher::Result;
using scenarios::Scenario;

// Timers of an ordinary machine are this late now and then: a shorter window would measure them.
constexpr batcher::Duration kShortestRealWindow = std::chrono::microseconds(200);

struct FinishedRun {
  std::string engine;
  results::RunDirectory directory;
  Evaluated evaluated;
};

// Why the scenario can't be run over HTTP, or none.
std::optional<batcher::Error> RefuseRealTime(const Scenario& scenario) {
  const batcher::Choice& policy = scenario.batcher.policy;
  for (const std::string field : {"window", "period"}) {
    if (policy.Has(field) && policy.Time(field) > batcher::Duration(0) &&
        policy.Time(field) < kShortestRealWindow) {
      return batcher::Error{"batcher.policy." + field + ": found " +
                            batcher::FormatDuration(policy.Time(field)) + ", wanted " +
                            (field == "window" ? "0 or " : "") + "at least " +
                            batcher::FormatDuration(kShortestRealWindow) +
                            " over HTTP, since timers are no finer; --engine sim takes any"};
    }
  }
  return std::nullopt;
}

// What keeps any of the runs from starting, or none. Asked before anything is run or written.
std::optional<batcher::Error> Refusal(const RunOptions& options, const Scenario& scenario) {
  for (const std::string& engine : options.engines) {
    if (std::ranges::count(options.engines, engine) > 1) {
      return batcher::Error{"--engine: found " + engine + " twice, wanted each engine once"};
    }
  }
  if (std::ranges::count(options.engines, "http") > 0) {
    if (auto error = RefuseRealTime(scenario)) {
      return error;
    }
    const auto url = batcher::geoapify::ParseBaseUrl(options.base_url);
    if (!options.base_url.empty() && !url) {
      return url.error();
    }
  } else if (!options.base_url.empty()) {
    return batcher::Error{"--base-url: virtual time asks no server; wanted --engine http with it"};
  }
  // The engine opens these again: here, so that a file that can't be read costs no older result.
  if (const auto arrivals = scenarios::OpenArrivals(scenario); !arrivals) {
    return arrivals.error();
  }
  if (const auto keys = scenarios::OpenKeys(scenario); !keys) {
    return keys.error();
  }
  return std::nullopt;
}

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

// The scenario as sim is to run it: beside http, it charges what this machine costs.
Result<ChargedScenario> ScenarioOfSim(const RunOptions& options, const Scenario& scenario,
                                      const std::stop_token& stop) {
  if (options.engines.size() == 1 || options.no_calibration) {
    return ChargedScenario{.scenario = scenario, .sentence = {}};
  }
  std::optional<Progress> progress;
  if (!options.output.quiet) {
    progress.emplace("costs of this machine");
  }
  return ChargeThisMachine(scenario, options.base_url, progress ? &*progress : nullptr, stop);
}

Result<RunResult> Perform(const RunOptions& options, const Scenario& scenario,
                          const std::string& engine, const std::stop_token& stop) {
  std::optional<Progress> progress;
  if (!options.output.quiet) {
    progress.emplace(scenario.name + " (" + engine + ")");
  }
  const RunControl control{.stop = stop, .progress = progress ? &*progress : nullptr};
  if (engine == "sim") {
    return Simulate(scenario, control);
  }
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment.
  const char* key = std::getenv("GEOAPIFY_API_KEY");
  return DriveHttp(
      scenario,
      {.target = {.base_url = options.base_url, .api_key = key != nullptr ? key : "batchlab"}},
      control);
}

// "latency mean 140 ms [139, 142], p50 139 ms [138, 141] (by batches)"; empty: the run is too
// short.
std::string IntervalsLine(const results::RunReport& report) {
  std::string line;
  for (const results::RunInterval& one : report.intervals) {
    line += fmt::format("{}{} [{}, {}]{}", line.empty() ? "latency " : ", ",
                        one.quantity.substr(one.quantity.find('.') + 1),
                        results::FormatMs(one.interval.low), results::FormatMs(one.interval.high),
                        one.too_narrow ? " or wider" : "");
  }
  return line.empty() ? line
                      : line + (report.interval_method == results::IntervalMethod::kClusters
                                    ? " (calls of a batch share its fate)"
                                    : " (blocks of the log, drawn again)");
}

// `label` tells whose the lines are, where there are several runs.
void PrintAfterwards(const FinishedRun& run, const std::string& label) {
  for (const SloResult& slo : run.evaluated.slo) {
    fmt::print("SLO     {}{}\n", label, slo.line);
  }
  if (const std::string intervals = IntervalsLine(run.evaluated.report); !intervals.empty()) {
    fmt::print("95 %    {}{}\n", label, intervals);
  }
  for (const std::string& note : run.evaluated.notes) {
    fmt::print("Note    {}{}\n", label, note);
  }
}

void PrintSaved(const std::vector<FinishedRun>& runs) {
  for (const FinishedRun& run : runs) {
    // Of several runs the link leads to the last.
    const bool linked = run.directory.latest && &run == &runs.back();
    const auto& shown = linked ? *run.directory.latest : run.directory.path;
    const auto& fingerprint = run.evaluated.report.fingerprint;
    fmt::print("Saved   {}/  (calls.csv, batches.csv, run.json; columns in results/README.md){}\n",
               shown.string(),
               fingerprint ? fmt::format("  fingerprint {:016x}", *fingerprint) : "");
  }
}

void PrintNext(const RunOptions& options, const Scenario& scenario,
               const std::vector<FinishedRun>& runs) {
  const bool simulated =
      std::ranges::any_of(runs, [](const FinishedRun& run) { return run.engine == "sim"; });
  const std::string command = "scripts/batchlab run " + CommandLineOf(options.settings);
  if (runs.size() > 1) {
    ScenarioSettings other = options.settings;
    other.forms.policy.clear();
    const batcher::Choice& policy = scenario.batcher.policy;
    const bool at_50 =
        policy.Has("window") && policy.Time("window") == std::chrono::milliseconds(50);
    other.forms.window = at_50 ? "20ms" : "50ms";
    fmt::print("Next    scripts/batchlab run {}\n", CommandLineOf(other));
  } else if (simulated) {
    fmt::print("Next    {} --engine sim,http\n", command);
  } else {
    fmt::print("Next    {} --engine sim   (the same in virtual time)\n", command);
  }
}

std::string Headline(const FinishedRun& run) {
  return (run.evaluated.report.interrupted ? "INTERRUPTED, " : "") +
         results::VerdictLine(run.evaluated.report.verdict);
}

// `charged` is what sim was charged, in words.
void PrintText(const RunOptions& options, const Scenario& scenario, const std::string& charged,
               const std::vector<FinishedRun>& runs) {
  const results::TextStyle style = StyleOfStdout();
  if (runs.size() == 1) {
    fmt::print("{}\n", Headline(runs.front()));
    fmt::print("{}{}{}\n\n", scenario.name, scenario.description.empty() ? "" : ": ",
               scenario.description);
    fmt::print("{}", results::SummaryTable(runs.front().evaluated.report.summary, style));
  } else {
    std::vector<results::LabelledSummary> columns;
    for (const FinishedRun& run : runs) {
      fmt::print("{}: {}\n", run.engine, Headline(run));
      columns.push_back(
          {.label = run.engine == "sim" ? "sim (virtual)" : run.engine + " (measured)",
           .summary = run.evaluated.report.summary});
    }
    fmt::print("{}{}", charged, charged.empty() ? "" : "\n");
    fmt::print("{}{}{}\n\n", scenario.name, scenario.description.empty() ? "" : ": ",
               scenario.description);
    fmt::print("{}", results::SummaryTable(columns, style));
  }
  fmt::print("\n");
  for (const FinishedRun& run : runs) {
    PrintAfterwards(run, runs.size() > 1 ? run.engine + ": " : "");
  }
  PrintSaved(runs);
  PrintNext(options, scenario, runs);
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

}  // namespace

ExitCode CommandRun(const RunOptions& options, const std::stop_token& stop) {
  const Result<Scenario> scenario = LoadWith(options.settings);
  if (!scenario) {
    return Refuse(scenario.error().message);
  }
  if (const auto error = Refusal(options, *scenario)) {
    return Refuse(error->message);
  }
  const Result<ChargedScenario> simulated = ScenarioOfSim(options, *scenario, stop);
  if (!simulated) {
    return Refuse(simulated.error().message);
  }
  std::vector<FinishedRun> runs;
  for (const std::string& engine : options.engines) {
    const Result<results::RunDirectory> directory = OpenDirectory(options, *scenario, engine);
    if (!directory) {
      return Refuse(directory.error().message);
    }
    results::Machine machine = results::ReadMachine(std::chrono::system_clock::now());
    machine.compiler = BuildOfThisBinary().compiler;
    const Scenario& performed = engine == "sim" ? simulated->scenario : *scenario;
    const Result<RunResult> run = Perform(options, performed, engine, stop);
    if (!run) {
      return Refuse(run.error().message);
    }
    machine.load_after = results::ReadLoadAverage();
    runs.push_back({.engine = engine,
                    .directory = *directory,
                    .evaluated = Evaluate(performed, engine, *run)});
    if (const auto error = WriteFiles(*directory, *run, runs.back().evaluated, machine)) {
      return Refuse(error->message);
    }
    if (runs.back().evaluated.report.interrupted) {
      break;
    }
  }
  if (options.output.quiet) {
    return Worst(runs);
  }
  const Result<std::string> json = options.output.json ? JsonOf(options, runs) : std::string();
  if (!json) {
    return Refuse(json.error().message);
  }
  return Printed(Worst(runs), [&] {
    fmt::print("{}", *json);
    if (!options.output.json) {
      PrintText(options, *scenario, simulated->sentence, runs);
    }
  });
}

}  // namespace bench
