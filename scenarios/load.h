#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/result.h"
#include "scenarios/scenario.h"

namespace scenarios {

// Reads a scenario from JSON. A field that is left out has its default; one that is unknown, of a
// wrong type or out of range is an error that names source, path, what was found and what is
// allowed: "excel.json: batcher.policy.windw: unknown field; allowed: kind, window". `source_name`
// is the path of the file: paths in the scenario are relative to its folder, and its stem is the
// default name. Traces and lists of keys are read by OpenArrivals and OpenKeys, not here.
// `overrides` ("batcher.max_items=100") are applied first, see ApplyOverrides.
[[nodiscard]] batcher::Result<Scenario> ParseScenario(
    std::string_view text, const std::string& source_name,
    const std::vector<std::string>& overrides = {});

// The same from a file.
[[nodiscard]] batcher::Result<Scenario> LoadScenario(
    const std::string& path, const std::vector<std::string>& overrides = {});

}  // namespace scenarios
