#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "batcher/base/result.h"
#include "results/lib/fault_story.h"
#include "results/lib/finding.h"
#include "results/lib/regret.h"
#include "results/lib/run_intervals.h"
#include "results/lib/summary.h"
#include "results/lib/value_of_waiting.h"
#include "results/lib/verdict.h"

namespace results {

// Raised when a reader of run.json would have to change.
inline constexpr int kSchemaVersion = 1;

// From what the binary was built.
struct Build {
  std::string version = {};   // "0.1.0"
  std::string commit = {};    // of the sources, or empty if unknown
  std::string compiler = {};  // "GNU 12.2.0"
  std::string flags = {};     // "Release -O3"
};

// All that run.json tells of a run.
struct RunReport {
  std::string scenario_json = "{}";  // the full scenario, with every default, as JSON text
  std::uint64_t seed = 0;
  std::string engine = {};   // "sim", "http", "live"
  bool interrupted = false;  // arrivals were stopped before their end
  Verdict verdict = {};
  std::optional<batcher::Duration> longest_stall = {};  // of the host; none in virtual time
  Summary summary = {};
  IntervalMethod interval_method = IntervalMethod::kClusters;
  std::vector<RunInterval> intervals = {};
  std::optional<Waiting> waiting = {};    // none: the policy made no call wait, or see WaitingOf
  std::optional<Regret> regret = {};      // none: no price was given, or see RegretOf
  std::optional<FaultStory> faults = {};  // none: the scenario has none, or they are not known
  std::vector<Finding> findings = {};
  std::optional<std::uint64_t> fingerprint = {};  // in virtual time only
  Build build = {};
};

// The text of run.json: the same for equal reports, byte for byte. An error if the scenario is not
// JSON.
[[nodiscard]] batcher::Result<std::string> RunJson(const RunReport& report);

}  // namespace results
