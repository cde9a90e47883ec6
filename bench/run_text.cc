#include "bench/run_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>

#include "bench/findings.h"
#include "bench/report_file.h"
#include "bench/terminal.h"
#include "results/lib/summary_table.h"

namespace bench {
namespace {

using scenarios::Scenario;

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
  if (const auto& faults = run.evaluated.report.faults) {
    for (const std::string& line : results::FaultLines(*faults)) {
      fmt::print("Faults  {}{}\n", label, line);
    }
  }
  for (const SloResult& slo : run.evaluated.slo) {
    fmt::print("SLO     {}{}\n", label, slo.line);
  }
  if (const std::string intervals = IntervalsLine(run.evaluated.report); !intervals.empty()) {
    fmt::print("95 %    {}{}\n", label, intervals);
  }
  if (run.evaluated.report.waiting) {
    fmt::print("Waiting {}{}\n", label, results::WaitingSentence(*run.evaluated.report.waiting));
  }
  if (run.evaluated.report.regret) {
    fmt::print("Regret  {}{}\n", label, results::RegretSentence(*run.evaluated.report.regret));
  }
  for (const Finding& finding : run.evaluated.report.findings) {
    fmt::print("Finding {}{}\n", label, finding.sentence);
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
    fmt::print(
        "Saved   {}/  ({}calls.csv, batches.csv, run.json; columns in results/README.md){}\n",
        shown.string(), ReportMention(run.directory.path),
        fingerprint ? fmt::format("  fingerprint {:016x}", *fingerprint) : "");
  }
}

void PrintNext(const ScenarioSettings& settings, const Scenario& scenario,
               const std::vector<FinishedRun>& runs) {
  const bool simulated =
      std::ranges::any_of(runs, [](const FinishedRun& run) { return run.engine == "sim"; });
  const std::string command = "scripts/batchlab run " + CommandLineOf(settings);
  if (runs.size() > 1) {
    ScenarioSettings other = settings;
    other.forms.policy.clear();
    const batcher::Choice& policy = scenario.batcher.policy;
    const bool at_50 =
        policy.Has("window") && policy.Time("window") == std::chrono::milliseconds(50);
    other.forms.window = at_50 ? "20ms" : "50ms";
    fmt::print("Next    scripts/batchlab run {}\n", CommandLineOf(other));
  } else if (simulated) {
    fmt::print("Next    {} --engine sim,http\n", command);
  } else if (runs.front().engine == "live") {
    fmt::print("Next    {} --engine sim   (how far the service model of the scenario is from it)\n",
               command);
  } else {
    fmt::print("Next    {} --engine sim   (the same in virtual time)\n", command);
  }
}

std::string Headline(const FinishedRun& run) {
  return (run.evaluated.report.interrupted ? "INTERRUPTED, " : "") +
         results::VerdictLine(run.evaluated.report.verdict);
}

}  // namespace

void PrintRuns(const ScenarioSettings& settings, const scenarios::Scenario& scenario,
               const std::string& charged, const std::vector<FinishedRun>& runs) {
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
  PrintNext(settings, scenario, runs);
}

}  // namespace bench
