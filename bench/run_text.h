#pragma once

#include <string>
#include <vector>

#include "bench/evaluate.h"
#include "bench/settings.h"
#include "results/lib/run_files.h"
#include "scenarios/scenario.h"

namespace bench {

// One engine's run of a scenario, and where its files are.
struct FinishedRun {
  std::string engine;
  results::RunDirectory directory;
  Evaluated evaluated;
};

// Prints what people read of a run, or of several side by side. `charged` is what sim was charged,
// in words; empty: nothing.
void PrintRuns(const ScenarioSettings& settings, const scenarios::Scenario& scenario,
               const std::string& charged, const std::vector<FinishedRun>& runs);

}  // namespace bench
