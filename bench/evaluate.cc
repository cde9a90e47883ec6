#include "bench/evaluate.h"

#include <algorithm>
#include <utility>

#include "bench/build_info.h"
#include "bench/faults_done.h"
#include "bench/findings.h"
#include "bench/run_facts.h"
#include "bench/settings.h"
#include "bench/watchdog.h"
#include "results/lib/fingerprint.h"
#include "results/lib/ledger_csv.h"
#include "results/lib/machine.h"
#include "results/lib/violations.h"
#include "scenarios/dump.h"

namespace bench {
namespace {

ExitCode ExitCodeOf(const Evaluated& evaluated) {
  if (evaluated.report.interrupted) {
    return ExitCode::kInterrupted;
  }
  if (evaluated.report.verdict.status == results::VerdictStatus::kInvalid) {
    return ExitCode::kInvalid;
  }
  ExitCode code = ExitCode::kGood;
  for (const SloResult& slo : evaluated.slo) {
    if (slo.status == SloStatus::kLacksEvidence) {
      return ExitCode::kLacksEvidence;
    }
    if (slo.status == SloStatus::kMissed) {
      code = ExitCode::kFailed;
    }
  }
  return code;
}

}  // namespace

results::Build BuildOfThisBinary() {
  return {.version = kVersion, .commit = kCommit, .compiler = kCompiler, .flags = kFlags};
}

Evaluated Evaluate(const scenarios::Scenario& scenario, const std::string& engine,
                   const RunResult& run, std::optional<batcher::Duration> price) {
  const batcher::Choice& policy = scenario.batcher.policy;
  Evaluated evaluated;
  evaluated.notes = run.notes;
  results::RunReport& report = evaluated.report;
  report.scenario_json = scenarios::DumpScenario(scenario);
  report.seed = scenario.seed;
  report.engine = engine;
  report.interrupted = run.interrupted;
  report.summary = results::Summarise(run.ledger, run.extras);
  report.interval_method = scenario.arrivals.kind() == "trace" ? results::IntervalMethod::kBootstrap
                                                               : results::IntervalMethod::kClusters;
  report.intervals = results::IntervalsOf(run.ledger, report.interval_method);
  report.waiting = results::WaitingOf(run.ledger, report.summary);
  if (!price) {
    price = TimeOf(policy, "price");
  }
  if (price > batcher::Duration(0)) {
    report.regret = results::RegretOf(run.ledger, *price);
  }
  if (run.faults) {
    report.faults =
        results::TellOfFaults(run.ledger, FaultsDoneOf(scenario, *run.faults, run.ledger));
  }
  report.findings = FindingsOf(scenario, report.summary, FactsOf(scenario, run, report.summary));
  std::vector<std::string> violations = results::Violations(run.ledger, run.submitted);
  std::ranges::copy(run.violations, std::back_inserter(violations));
  report.verdict = results::Judge(report.summary, {.virtual_time = run.virtual_time,
                                                   .interrupted = run.interrupted,
                                                   .window = TimeOf(policy, "window"),
                                                   .violations = std::move(violations)});
  report.longest_stall = run.longest_stall;
  if (run.longest_stall >= kStall) {
    evaluated.notes.push_back("The host stalled: a thread that was to wake came " +
                              batcher::FormatDuration(*run.longest_stall) +
                              " late. Run it again, and trust no maximum of this run.");
  }
  report.build = BuildOfThisBinary();
  if (run.virtual_time) {
    report.fingerprint = results::Fingerprint(run.ledger);
  }
  evaluated.slo = CheckSlo(scenario.slo, report.summary);
  evaluated.exit_code = ExitCodeOf(evaluated);
  return evaluated;
}

std::optional<batcher::Error> WriteFiles(const results::RunDirectory& directory,
                                         const RunResult& run, const Evaluated& evaluated,
                                         const results::Machine& machine) {
  if (auto error = results::WriteLedger(directory.path, run.ledger)) {
    return error;
  }
  return results::WriteRun(directory, evaluated.report, machine);
}

}  // namespace bench
