#include "scenarios/overrides.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "scenarios/json_text.h"
#include "scenarios/json_value.h"

namespace scenarios {
namespace {

using batcher::Error;
using batcher::Result;
using nlohmann::json;

struct Override {
  std::string text;                // as given, for error sentences
  std::vector<std::string> names;  // of the path; not empty
  json value;

  [[nodiscard]] bool sets_kind() const { return names.size() > 1 && names.back() == "kind"; }
};

Result<Override> ParseOverride(const std::string& text) {
  const auto equals = text.find('=');
  const Error wrong{"--set \"" + text + "\": wanted path=value, such as batcher.max_items=100"};
  if (equals == std::string::npos) {
    return wrong;
  }
  Override result{.text = text, .names = {}, .value = {}};
  std::string_view path = std::string_view(text).substr(0, equals);
  while (true) {
    const auto dot = path.find('.');
    const std::string_view name = path.substr(0, dot);
    if (name.empty()) {
      return wrong;
    }
    result.names.emplace_back(name);
    if (dot == std::string_view::npos) {
      break;
    }
    path.remove_prefix(dot + 1);
  }
  const std::string value = text.substr(equals + 1);
  Result<json> parsed = ParseJson(value);
  result.value = parsed ? std::move(*parsed) : json(value);
  return result;
}

std::optional<Error> Apply(const Override& change, json& scenario) {
  json* object = &scenario;
  std::string path;
  for (std::size_t i = 0; i + 1 < change.names.size(); ++i) {
    if (!object->is_object()) {
      break;
    }
    object = &(*object)[change.names[i]];
    path += (path.empty() ? "" : ".") + change.names[i];
    const bool replaced = change.sets_kind() && i + 2 == change.names.size();
    if (object->is_null() || replaced) {
      *object = json::object();
    }
  }
  if (!object->is_object()) {
    return Error{"--set \"" + change.text + "\": " + (path.empty() ? "the scenario" : path) +
                 " is " + Shown(*object) + ", which has no fields to set"};
  }
  (*object)[change.names.back()] = change.value;
  return std::nullopt;
}

}  // namespace

std::optional<Error> ApplyOverrides(const std::vector<std::string>& overrides, json& scenario) {
  std::vector<Override> changes;
  for (const std::string& text : overrides) {
    Result<Override> change = ParseOverride(text);
    if (!change) {
      return change.error();
    }
    changes.push_back(std::move(*change));
  }
  std::stable_partition(changes.begin(), changes.end(),
                        [](const Override& change) { return change.sets_kind(); });
  for (const Override& change : changes) {
    if (const std::optional<Error> problem = Apply(change, scenario)) {
      return problem;
    }
  }
  return std::nullopt;
}

}  // namespace scenarios
