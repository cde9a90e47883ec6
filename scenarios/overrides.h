#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "batcher/base/result.h"

namespace scenarios {

// Changes the JSON of a scenario before it is read, so that a wrong override reads like a wrong
// file. Each override is "path=value": the path as in the file ("batcher.policy.window",
// "arrivals.parts[1].rate"), the value JSON, or else a text ("5ms"). Objects on the way are made if
// need be, elements of lists must be there. A path that ends in "kind"
// empties its object first: the fields of one kind mean nothing to another; such overrides go
// before all others, whatever their order. None, or an error that names the override.
[[nodiscard]] std::optional<batcher::Error> ApplyOverrides(
    const std::vector<std::string>& overrides, nlohmann::json& scenario);

}  // namespace scenarios
