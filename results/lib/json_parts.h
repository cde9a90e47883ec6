#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "results/lib/fault_story.h"
#include "results/lib/finding.h"
#include "results/lib/regret.h"
#include "results/lib/summary.h"
#include "results/lib/value_of_waiting.h"

namespace results {

// Parts that several files have: run.json, tune.json, soak.json.

// {"calls": 5, "latency_ms": {"p50": 1.5, ...}, ...}; null: there is no such thing.
[[nodiscard]] nlohmann::ordered_json SummaryJson(const Summary& summary);
// {"latency_ms": {"had": 6, "of": "batches", "needed": {"p50": 7, ...}, "lacking": ["p50", ...]}}
[[nodiscard]] nlohmann::ordered_json EvidenceJson(const Summary& summary);

// What stands in the way of a run, what its waiting was worth and what it lost.
[[nodiscard]] nlohmann::ordered_json FindingsJson(const std::vector<Finding>& findings);
// null for none.
[[nodiscard]] nlohmann::ordered_json WaitingJson(const std::optional<Waiting>& waiting);
[[nodiscard]] nlohmann::ordered_json RegretJson(const std::optional<Regret>& regret);
[[nodiscard]] nlohmann::ordered_json FaultsJson(const std::optional<FaultStory>& faults);

}  // namespace results
