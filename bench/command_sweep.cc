#include "bench/command_sweep.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "bench/evaluate.h"
#include "bench/price.h"
#include "bench/report_file.h"
#include "bench/sweep_cell.h"
#include "bench/sweep_files.h"
#include "bench/sweep_outlook.h"
#include "bench/sweep_policies_plan.h"
#include "bench/sweep_refusal.h"
#include "bench/sweep_run.h"
#include "bench/sweep_size.h"
#include "bench/sweep_table.h"
#include "bench/sweep_text.h"
#include "bench/terminal.h"
#include "results/lib/machine.h"
#include "scenarios/arrivals.h"
#include "scenarios/load.h"

namespace bench {
namespace {

using batcher::Error;
using batcher::Result;

std::size_t JobsOf(const SweepOptions& options, const std::string& engine) {
  if (engine == "http") {
    return 1;  // runs in real time would disturb each other
  }
  return options.jobs > 0 ? options.jobs
                          : std::max<std::size_t>(std::thread::hardware_concurrency(), 1);
}

// None: not given.
Result<std::optional<batcher::Duration>> PriceOf(const SweepOptions& options) {
  if (options.price.empty()) {
    return std::optional<batcher::Duration>();
  }
  const Result<batcher::Duration> price = ReadPrice("--price", options.price);
  return price ? Result<std::optional<batcher::Duration>>(*price) : price.error();
}

// The scenario as all points have it. Of --policy all the rate and the polls are changes to it, no
// axes.
ScenarioSettings BaseOf(const SweepOptions& options) {
  ScenarioSettings settings = options.settings;
  if (AsksForAllPolicies(options.axes.forms)) {
    settings.forms = options.axes.forms;
    settings.forms.policy.clear();
  }
  return settings;
}

Result<SweepPlan> PlanOf(const SweepOptions& options) {
  const ScenarioSettings settings = BaseOf(options);
  const Result<scenarios::Scenario> scenario = LoadWith(settings);
  if (!scenario) {
    return scenario.error();
  }
  const auto price = PriceOf(options);
  if (!price) {
    return price.error();
  }
  SweepSize size = UsualSize(*scenario, options.engine);
  size.replications = options.replications.value_or(size.replications);
  if (options.calls || options.calls_as_written) {
    size.calls = options.calls;
  }
  return AsksForAllPolicies(options.axes.forms)
             ? MakePoliciesPlan(settings, size, *price)
             : MakeSweepPlan(settings, options.axes, size, options.engine, *price);
}

Result<results::RunDirectory> OpenDirectory(const SweepOptions& options, const SweepPlan& plan,
                                            Shard shard) {
  const auto scenario = scenarios::ParseScenario(plan.scenario_json, "sweep");
  results::RunPlace place{.scenario_name = (scenario ? scenario->name : "") + "-sweep",
                          .now = std::chrono::system_clock::now()};
  if (shard.of > 1) {
    place.scenario_name += fmt::format("-{}-of-{}", shard.part, shard.of);
  }
  if (!options.out.empty()) {
    place.chosen = options.out;
  }
  Result<results::RunDirectory> directory = results::OpenRunDirectory(place);
  if (directory) {
    // They would describe another sweep.
    std::error_code ignored;
    std::filesystem::remove(directory->path / "distributions.json", ignored);
    std::filesystem::remove(directory->path / "sweep.csv", ignored);
  }
  return directory;
}

// The sweep is complete: writes its files and tells of it.
ExitCode Conclude(const SweepOptions& options, const SweepPlan& plan,
                  const std::map<std::size_t, std::string>& lines,
                  const results::RunDirectory& directory) {
  const Result<SweepResult> sweep = PoolSweep(plan, lines);
  if (!sweep) {
    return Refuse(sweep.error().message);
  }
  results::Machine machine = results::ReadMachine(std::chrono::system_clock::now());
  machine.compiler = BuildOfThisBinary().compiler;
  std::optional<Error> error = WriteSweep(directory.path, plan, *sweep);
  error = error ? error : results::WriteMachine(directory, machine);
  error = error ? error : results::TurnLatest(directory);
  if (error) {
    return Refuse(error->message);
  }
  AddReport(directory.path, options.output);
  const bool invalid = std::ranges::any_of(
      sweep->points, [](const PointResult& point) { return !point.invalid.empty(); });
  const ExitCode code = invalid ? ExitCode::kInvalid : ExitCode::kGood;
  if (options.output.quiet) {
    return code;
  }
  return Printed(code, [&] {
    if (options.output.json) {
      fmt::print("{}", SweepJson(plan, *sweep));
      return;
    }
    fmt::print("\n{}", SweepText(plan, *sweep, StyleOfStdout()));
    fmt::print(
        "Saved   {}/  ({}sweep.csv, sweep.json; columns in results/README.md)  fingerprint {}\n",
        directory.latest.value_or(directory.path).string(), ReportMention(directory.path),
        SweepFingerprint(SweepCsv(*sweep)));
    const std::string next = NextCommand(BaseOf(options), plan, *sweep);
    fmt::print("{}", next.empty() ? "" : "Next    scripts/batchlab " + next + "\n");
  });
}

ExitCode Merge(const SweepOptions& options) {
  std::optional<SweepJournal> all;
  for (const std::string& folder : options.merge) {
    Result<SweepJournal> part = SweepJournal::Open(folder);
    if (!part) {
      return Refuse(part.error().message);
    }
    if (!all) {
      all = *std::move(part);
    } else if (const auto error = all->Join(*part)) {
      return Refuse(error->message);
    }
  }
  if (all->cells().size() < all->plan().cells()) {
    return Refuse(
        fmt::format("--merge: the parts hold {} of the {} runs of the sweep; wanted all "
                    "parts, each complete",
                    all->cells().size(), all->plan().cells()));
  }
  const Result<results::RunDirectory> directory = OpenDirectory(options, all->plan(), {});
  if (!directory) {
    return Refuse(directory.error().message);
  }
  return Conclude(options, all->plan(), all->cells(), *directory);
}

ExitCode Interrupted(const SweepOptions& options, const SweepJournal& journal,
                     const std::filesystem::path& folder) {
  if (!options.output.quiet && !options.output.json) {
    return Printed(ExitCode::kInterrupted, [&] {
      const SweepWork work = WorkOf(journal);
      fmt::print(
          "INTERRUPTED: {} of {} runs are done\nNext    scripts/batchlab sweep --resume {}\n",
          work.all - work.left, work.all, folder.string());
    });
  }
  return ExitCode::kInterrupted;
}

ExitCode RunJournal(const SweepOptions& options, SweepJournal& journal,
                    const results::RunDirectory& directory, const std::stop_token& stop) {
  const SweepPlan& plan = journal.plan();
  const SweepWork work = WorkOf(journal);
  const std::size_t jobs = JobsOf(options, plan.engine);
  const bool talks = !options.output.quiet && !options.output.json;
  const Result<double> seconds = SecondsOfARun(plan, stop);
  if (!seconds) {
    return Refuse(seconds.error().message);
  }
  if (talks) {
    const double whole = *seconds * static_cast<double>(work.left) / static_cast<double>(jobs);
    const ExitCode printed = Printed(ExitCode::kGood, [&] {
      if (journal.dropped_torn_line()) {
        fmt::print("The last line of cells.jsonl was torn: its run is done again.\n");
      }
      fmt::print("{}\n{}\n", SweepHeading(plan), OutlookLine(plan, journal.shard(), work, whole));
    });
    if (printed != ExitCode::kGood) {
      return printed;
    }
  }
  std::optional<Progress> progress;
  if (!options.output.quiet) {
    progress.emplace("sweep");
  }
  const Result<bool> done =
      RunSweep(journal, jobs, {.stop = stop, .progress = progress ? &*progress : nullptr});
  progress.reset();
  if (!done) {
    return Refuse(done.error().message);
  }
  if (!*done) {
    return Interrupted(options, journal, directory.path);
  }
  if (journal.shard().of > 1) {
    return !talks ? ExitCode::kGood : Printed(ExitCode::kGood, [&] {
      fmt::print(
          "Part {} of {} is done: {} runs in {}/\n"
          "Next    scripts/batchlab sweep --merge {} OTHER-PARTS...\n",
          journal.shard().part, journal.shard().of, work.all, directory.path.string(),
          directory.path.string());
    });
  }
  const ExitCode code = Conclude(options, plan, journal.cells(), directory);
  if (code == ExitCode::kGood || code == ExitCode::kInvalid) {
    journal.Remove();
  }
  return code;
}

}  // namespace

ExitCode CommandSweep(const SweepOptions& options, const std::stop_token& stop) {
  if (const auto error = RefuseSweep(options)) {
    return Refuse(error->message);
  }
  if (!options.merge.empty()) {
    return Merge(options);
  }
  if (!options.resume.empty()) {
    Result<SweepJournal> journal = SweepJournal::Open(options.resume);
    if (!journal) {
      return Refuse(journal.error().message);
    }
    return RunJournal(options, *journal, {.path = options.resume}, stop);
  }
  Result<Shard> shard = options.shard.empty() ? Shard{} : ParseShard(options.shard);
  if (!shard) {
    return Refuse(shard.error().message);
  }
  const Result<SweepPlan> plan = PlanOf(options);
  if (!plan) {
    return Refuse(plan.error().message);
  }
  const Result<results::RunDirectory> directory = OpenDirectory(options, *plan, *shard);
  if (!directory) {
    return Refuse(directory.error().message);
  }
  Result<SweepJournal> journal = SweepJournal::Create(directory->path, *plan, *shard);
  if (!journal) {
    return Refuse(journal.error().message);
  }
  return RunJournal(options, *journal, *directory, stop);
}

}  // namespace bench
