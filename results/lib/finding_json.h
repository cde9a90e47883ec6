#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "results/lib/finding.h"
#include "results/lib/value_of_waiting.h"

namespace results {

// What stands in the way of a run and what its waiting was worth, as in run.json and tune.json.
[[nodiscard]] nlohmann::ordered_json FindingsJson(const std::vector<Finding>& findings);
// null for none.
[[nodiscard]] nlohmann::ordered_json WaitingJson(const std::optional<Waiting>& waiting);

}  // namespace results
