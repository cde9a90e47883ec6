#pragma once

#include <optional>
#include <string>
#include <vector>

#include "batcher/base/result.h"
#include "bench/exit_code.h"
#include "bench/run_result.h"
#include "bench/slo.h"
#include "results/lib/run_files.h"
#include "results/lib/run_json.h"
#include "scenarios/scenario.h"

namespace bench {

// A run with all that is told of it.
struct Evaluated {
  results::RunReport report;  // what run.json holds
  std::vector<SloResult> slo;
  std::vector<std::string> notes;
  ExitCode exit_code = ExitCode::kGood;
};

// Judges a run. `engine` is its name in files: "sim", "http". `price` is that of a batch, in
// waiting of one call, above 0; none: that of the policy, if it has one.
[[nodiscard]] Evaluated Evaluate(const scenarios::Scenario& scenario, const std::string& engine,
                                 const RunResult& run,
                                 std::optional<batcher::Duration> price = std::nullopt);

// Writes calls.csv, batches.csv, run.json and machine.json. None, or what could not be written.
[[nodiscard]] std::optional<batcher::Error> WriteFiles(const results::RunDirectory& directory,
                                                       const RunResult& run,
                                                       const Evaluated& evaluated,
                                                       const results::Machine& machine);

// What this binary was built from.
[[nodiscard]] results::Build BuildOfThisBinary();

}  // namespace bench
