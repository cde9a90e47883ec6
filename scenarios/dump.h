#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "scenarios/scenario.h"

namespace scenarios {

// The full scenario: every field with the value in force, in the order of the documents.
// ParseScenario reads it back to the same scenario. Paths of files are absolute, so that it may be
// read from anywhere on this machine.
nlohmann::ordered_json ToJson(const Scenario& scenario);

// The same as text, indented. Bytes that are not UTF-8 are replaced.
std::string DumpScenario(const Scenario& scenario);

}  // namespace scenarios
