#include "scenarios/dump.h"

#include <nlohmann/json.hpp>

#include "scenarios/json_writer.h"
#include "scenarios/sections.h"

namespace scenarios {

nlohmann::ordered_json ToJson(const Scenario& scenario) {
  nlohmann::ordered_json object;
  JsonWriter writer(object);
  Scenario visited = scenario;  // A description is of fields that may be written: give it a copy.
  DescribeScenario(writer, visited);
  return object;
}

std::string DumpScenario(const Scenario& scenario) {
  return ToJson(scenario).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace scenarios
