#include "scenarios/load.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "scenarios/break_even.h"
#include "scenarios/json_reader.h"
#include "scenarios/json_text.h"
#include "scenarios/overrides.h"
#include "scenarios/sections.h"
#include "scenarios/text_file.h"

namespace scenarios {
namespace {

using batcher::Error;
using batcher::Result;

constexpr std::size_t kLargestScenario = std::size_t{64} << 20U;

}  // namespace

Result<Scenario> ParseScenario(std::string_view text, const std::string& source_name,
                               const std::vector<std::string>& overrides) {
  Result<nlohmann::json> json = ParseJson(text);
  if (!json) {
    return Error{source_name + ": " + json.error().message};
  }
  if (const std::optional<Error> problem = ApplyOverrides(overrides, *json)) {
    return *problem;
  }
  const std::filesystem::path source(source_name);
  std::error_code unknown;  // The working folder may be gone: then paths stay relative.
  const std::filesystem::path absolute = std::filesystem::absolute(source, unknown);
  ReadContext context{.folder = (unknown ? source : absolute).parent_path(), .error = std::nullopt};

  Scenario scenario;
  if (source.has_stem()) {
    scenario.name = source.stem().string();
  }
  JsonReader reader(*json, "", context);
  DescribeScenario(reader, scenario);
  reader.Finish();
  if (context.error) {
    return Error{source_name + ": " + context.error->message};
  }
  if (scenario.batcher.single_below == 0) {  // "auto"
    scenario.batcher.single_below = BreakEven(scenario).value_or(scenario.batcher.max_items + 1);
  }
  return scenario;
}

Result<Scenario> LoadScenario(const std::string& path, const std::vector<std::string>& overrides) {
  const Result<std::string> text = ReadTextFile(path, kLargestScenario);
  if (!text) {
    return text.error();
  }
  return ParseScenario(*text, path, overrides);
}

}  // namespace scenarios
