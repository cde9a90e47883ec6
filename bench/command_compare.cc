#include "bench/command_compare.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "bench/compare_gate.h"
#include "bench/compare_load.h"
#include "bench/compare_report.h"
#include "bench/compare_text.h"
#include "bench/terminal.h"
#include "results/lib/report_page.h"
#include "results/lib/run_files.h"

namespace bench {
namespace {

using batcher::Error;
using batcher::Result;

Result<std::vector<Gate>> GatesOf(const CompareOptions& options) {
  std::vector<Gate> gates;
  for (const std::string& text : options.fail_if) {
    Result<Gate> gate = ParseGate(text);
    if (!gate) {
      return gate.error();
    }
    gates.push_back(*std::move(gate));
  }
  return gates;
}

Result<CompareAnswer> Answer(const CompareOptions& options) {
  const Result<std::vector<Gate>> gates = GatesOf(options);
  if (!gates) {
    return gates.error();
  }
  CompareAnswer answer;
  for (std::size_t i = 0; i < 2; ++i) {
    Result<LoadedResult> loaded = LoadResult(options.folders[i]);
    if (!loaded) {
      return loaded.error();
    }
    (i == 0 ? answer.a : answer.b) = *std::move(loaded);
  }
  if (answer.a.is_sweep != answer.b.is_sweep) {
    return Error{"one is a run and the other a sweep; wanted two of a kind"};
  }
  answer.warnings = CompareWarnings(answer.a, answer.b);
  answer.pairs = answer.a.is_sweep
                     ? results::CompareSweeps(answer.a.values, answer.b.values, answer.a.points)
                     : results::CompareRuns(answer.a.ledger, answer.b.ledger);
  if (answer.a.is_sweep && answer.pairs.empty()) {
    return Error{"the sweeps have no point in common that both ran more than once"};
  }
  for (const Gate& gate : *gates) {
    answer.gates.push_back(Check(gate, answer.pairs));
  }
  return answer;
}

// Invalid wins over lack of evidence, and that over a failure.
ExitCode CodeOf(const CompareAnswer& answer) {
  const auto any = [&](GateStatus status) {
    return std::ranges::any_of(answer.gates,
                               [status](const GateResult& gate) { return gate.status == status; });
  };
  if (!answer.a.invalid.empty() || !answer.b.invalid.empty()) {
    return ExitCode::kInvalid;
  }
  if (answer.pairs.empty() || any(GateStatus::kLacksEvidence)) {
    return ExitCode::kLacksEvidence;
  }
  return any(GateStatus::kFailed) ? ExitCode::kFailed : ExitCode::kGood;
}

// The page, if one is wanted.
std::optional<Error> WritePage(const CompareAnswer& answer, const CompareOptions& options) {
  if (options.report.empty()) {
    return std::nullopt;
  }
  const Result<std::string> json = CompareReportJson(answer, options);
  if (!json) {
    return json.error();
  }
  return results::WriteFileAtOnce(options.report,
                                  results::ReportPage(*json, results::PageKind::kComparison));
}

}  // namespace

ExitCode CommandCompare(const CompareOptions& options) {
  const Result<CompareAnswer> answer = Answer(options);
  if (!answer) {
    return Refuse(answer.error().message);
  }
  if (const auto error = WritePage(*answer, options)) {
    return Refuse(error->message);
  }
  const ExitCode code = CodeOf(*answer);
  if (options.output.quiet) {
    return code;
  }
  return Printed(code, [&] {
    if (options.output.json) {
      fmt::print("{}", CompareJson(*answer));
      return;
    }
    fmt::print("{}", CompareText(*answer, StyleOfStdout()));
    if (!options.report.empty()) {
      fmt::print("Saved   {}\n", options.report);
    }
  });
}

}  // namespace bench
