#include "bench/command_tune.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <thread>
#include <utility>

#include "batcher/base/run_clock.h"
#include "bench/evaluate.h"
#include "bench/option_time.h"
#include "bench/price.h"
#include "bench/progress.h"
#include "bench/report_file.h"
#include "bench/terminal.h"
#include "bench/tune_answer.h"
#include "bench/tune_emit.h"
#include "bench/tune_json.h"
#include "bench/tune_text.h"
#include "bench/tune_verdict.h"
#include "results/lib/machine.h"
#include "results/lib/run_files.h"
#include "scenarios/call_log_files.h"
#include "scenarios/dump.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Error;
using batcher::Result;

constexpr const char* kExamples =
    "tune: found no demand, wanted one that the choice is to hold. Such as:\n"
    "  --slo 'latency.p99 <= 300ms'                                   the most saved inside a "
    "latency\n"
    "  --minimise latency --slo 'requests_saved >= 0.5'               the fastest that saves half\n"
    "  --minimise credits --slo 'latency.mean <= 150ms'               the cheapest inside a "
    "latency";

// What contradicts itself among the options, or none.
std::optional<Error> Contradiction(const TuneOptions& options) {
  const TuneSources& sources = options.sources;
  const bool log = !sources.log.path.empty();
  if (log == !sources.files.empty()) {
    return Error{"wanted one of FILE and --enqueue-log FILE"};
  }
  if (!log && (!sources.log.time_column.empty() || !sources.log.time_unit.empty() ||
               !sources.log.duration_column.empty() || !sources.log.duration_unit.empty() ||
               options.time_is != "arrival")) {
    return Error{
        "--time-column, --time-unit, --time-is, --duration-column and --duration-unit go with "
        "--enqueue-log"};
  }
  if (sources.files.size() > 1 && !options.robust) {
    return Error{
        "several scenarios: wanted --robust with them, which looks for one setting for all"};
  }
  if (!options.call_price.empty() && options.minimise != "requests") {
    return Error{"--call-price says what to minimise: wanted it without --minimise"};
  }
  return std::nullopt;
}

Result<Goal> GoalOf(const TuneOptions& options) {
  if (!options.call_price.empty()) {
    const Result<Duration> price = ReadPrice("--call-price", options.call_price);
    if (!price) {
      return price.error();
    }
    return Goal{.kind = GoalKind::kPrice, .price = *price};
  }
  if (options.minimise == "latency") {
    return Goal{.kind = GoalKind::kLatency};
  }
  return Goal{.kind = options.minimise == "credits" ? GoalKind::kCredits : GoalKind::kRequests};
}

// The choice as a scenario that may be run; of a log with the part that was chosen on and its
// files.
Result<scenarios::Scenario> ChosenScenario(const TuneInput& input, const TuneAnswer& answer,
                                           const std::filesystem::path& folder) {
  scenarios::Scenario chosen = With(answer.choice.best, input.knobs, input.choose.front().scenario);
  chosen.name = "chosen";
  chosen.slo = answer.slo;
  if (!input.calls) {
    return chosen;
  }
  const scenarios::CallLog& log = input.calls->log;
  const std::string trace = std::filesystem::absolute(folder / "arrivals.csv").string();
  if (auto error = scenarios::WriteTrace(trace, log.calls)) {
    return *error;
  }
  // A trace has no groups.
  std::erase_if(chosen.slo, [](const scenarios::Threshold& threshold) {
    return threshold.quantity.starts_with("burst_completion");
  });
  chosen.arrivals = batcher::Choice(scenarios::FindArrivalKind("trace")->spec);
  chosen.arrivals.SetText("file", trace);
  if (!log.keys.empty()) {
    const std::string keys = std::filesystem::absolute(folder / "keys.txt").string();
    if (auto error = scenarios::WriteKeys(keys, log.calls, log.keys)) {
      return *error;
    }
    chosen.keys = batcher::Choice(scenarios::FindKeyKind("file")->spec);
    chosen.keys.SetText("file", keys);
  }
  return chosen;
}

std::optional<Error> Write(const TuneInput& input, const TuneAnswer& answer,
                           const results::RunDirectory& directory, const OutputOptions& output) {
  const Result<scenarios::Scenario> chosen = ChosenScenario(input, answer, directory.path);
  if (!chosen) {
    return chosen.error();
  }
  results::Machine machine = results::ReadMachine(std::chrono::system_clock::now());
  machine.compiler = BuildOfThisBinary().compiler;
  std::optional<Error> error =
      results::WriteFileAtOnce(directory.path / "chosen.json", scenarios::DumpScenario(*chosen));
  error = error ? error
                : results::WriteFileAtOnce(directory.path / "tune.json", TuneJson(input, answer));
  error = error ? error
                : results::WriteFileAtOnce(directory.path / "distributions.json",
                                           TuneDistributionsJson(answer));
  error = error ? error : results::WriteMachine(directory, machine);
  error = error ? error : results::TurnLatest(directory);
  if (!error) {
    AddReport(directory.path, output);
  }
  return error;
}

ExitCode CodeOf(const TuneInput& input, const TuneAnswer& answer) {
  if (input.misleads || answer.choice.score.standing == Standing::kLacksEvidence ||
      (answer.held && answer.checked.judged.standing == Standing::kLacksEvidence)) {
    return ExitCode::kLacksEvidence;
  }
  const bool holds = answer.choice.score.standing == Standing::kHolds && answer.held;
  return holds ? ExitCode::kGood : ExitCode::kFailed;
}

// How long the log of the choice is, if that is worth a word: over HTTP it takes as long.
std::string RealTime(const TuneInput& input) {
  if (!input.calls) {
    return "";
  }
  const auto& calls = input.calls->log.calls;
  const double minutes =
      batcher::ToSeconds(calls[input.calls->chosen_on - 1].at - calls.front().at) / 60;
  return minutes < 1 ? "" : fmt::format("   (http: {:.0f} min, in real time)", minutes);
}

// The choice in the words of another system, if there is one to give.
ExitCode Emit(const std::string& system, const TuneInput& input, const TuneAnswer& answer,
              ExitCode code) {
  if (!IsAdvice(answer) || input.misleads) {
    return Refuse(
        "there is no choice to emit: " +
            (input.misleads ? *input.misleads
                            : "nothing holds the demands (" + answer.chosen.judged.why + ")"),
        code);
  }
  if (code != ExitCode::kGood) {
    fmt::print(stderr, "batchlab: the choice lacks evidence, or did not hold on the rest\n");
  }
  return Printed(code, [&] { fmt::print("{}", FindEmitter(system)->emit(answer.choice.best)); });
}

ExitCode Print(const TuneOptions& options, const TuneInput& input, const TuneAnswer& answer,
               const std::string& folder) {
  const ExitCode code = CodeOf(input, answer);
  if (options.output.quiet) {
    return code;
  }
  if (!options.emit.empty()) {
    return Emit(options.emit, input, answer, code);
  }
  return Printed(code, [&] {
    if (options.output.json) {
      fmt::print("{}", TuneJson(input, answer));
      return;
    }
    if (input.misleads) {
      fmt::print("DO NOT TRUST THIS: {}.\n\n", *input.misleads);
    }
    fmt::print(
        "{}\nPaste   {}\n"
        "Check   scripts/batchlab run {}/chosen.json --engine sim,http{}\n"
        "Saved   {}/  ({}tune.json, chosen.json; columns in results/README.md)  {} simulated "
        "runs\n",
        TuneText(input, answer, StyleOfStdout()),
        ScenarioFields(answer.choice.best, input.knobs, input.scenario.server), folder,
        RealTime(input), folder, ReportMention(folder), answer.runs);
  });
}

ExitCode RunTune(const TuneOptions& options, SearchRules search, const TuneInput& input,
                 const std::stop_token& stop) {
  results::RunPlace place{.scenario_name = input.calls ? "tune" : input.scenario.name + "-tune",
                          .now = std::chrono::system_clock::now()};
  if (!options.out.empty()) {
    place.chosen = options.out;
  }
  const Result<results::RunDirectory> directory = results::OpenRunDirectory(place);
  if (!directory) {
    return Refuse(directory.error().message);
  }
  const std::size_t jobs = options.jobs > 0
                               ? options.jobs
                               : std::max<std::size_t>(std::thread::hardware_concurrency(), 1);
  std::optional<Progress> progress;
  if (!options.output.quiet) {
    progress.emplace("tune");
    search.progress = &*progress;
  }
  const auto answer = AnswerOf(input, {.search = search, .jobs = jobs}, {.stop = stop});
  progress.reset();
  if (!answer) {
    return Refuse(answer.error().message);
  }
  if (!*answer) {
    return Refuse("interrupted: nothing was chosen", ExitCode::kInterrupted);
  }
  if (const auto error = Write(input, **answer, *directory, options.output)) {
    return Refuse(error->message);
  }
  return Print(options, input, **answer, directory->latest.value_or(directory->path).string());
}

}  // namespace

ExitCode CommandTune(const TuneOptions& options, const std::stop_token& stop) {
  if (const auto error = Contradiction(options)) {
    return Refuse(error->message);
  }
  const Result<Goal> goal = GoalOf(options);
  if (!goal) {
    return Refuse(goal.error().message);
  }
  const Result<Duration> budget = ReadTime("--budget", options.budget);
  if (!budget) {
    return Refuse(budget.error().message);
  }
  TuneSources sources = options.sources;
  sources.log.time_is_completion = options.time_is == "completion";
  const auto deadline = batcher::RunClock::SteadyNow() + *budget;
  const TuneInputOrProblem read = ReadTuneInput(sources);
  if (const auto* problem = std::get_if<TuneProblem>(&read)) {
    return Refuse(problem->message, problem->code);
  }
  const auto& input = std::get<TuneInput>(read);
  SearchRules search{.goal = *goal, .slo = input.choose.front().scenario.slo, .deadline = deadline};
  if (search.slo.empty() && goal->kind != GoalKind::kPrice) {
    return Refuse(kExamples);
  }
  return RunTune(options, search, input, stop);
}

}  // namespace bench
