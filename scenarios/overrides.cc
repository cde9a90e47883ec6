#include "scenarios/overrides.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string_view>
#include <system_error>
#include <utility>

#include "scenarios/json_text.h"
#include "scenarios/json_value.h"

namespace scenarios {
namespace {

using batcher::Error;
using batcher::Result;
using nlohmann::json;

// From an object to one of its fields, or from a list to one of its elements.
struct Step {
  std::string name;                    // of the field; "[1]" for an element
  std::optional<std::size_t> element;  // none: to a field
};

struct Override {
  std::string text;         // as given, for error sentences
  std::vector<Step> steps;  // not empty
  json value;

  [[nodiscard]] bool sets_kind() const { return steps.size() > 1 && steps.back().name == "kind"; }
};

// "rate" is one step, "parts[1]" two.
void AddSteps(std::string_view name, std::vector<Step>& steps) {
  const auto open = name.find('[');
  std::size_t element = 0;
  if (open != std::string_view::npos && open > 0) {
    const char* const last = name.data() + name.size();
    const auto [end, error] = std::from_chars(name.data() + open + 1, last, element);
    if (error == std::errc() && end + 1 == last && *end == ']') {
      steps.push_back({.name = std::string(name.substr(0, open)), .element = std::nullopt});
      steps.push_back({.name = std::string(name.substr(open)), .element = element});
      return;
    }
  }
  steps.push_back({.name = std::string(name), .element = std::nullopt});
}

Result<Override> ParseOverride(const std::string& text) {
  const auto equals = text.find('=');
  const Error wrong{"--set \"" + text + "\": wanted path=value, such as batcher.max_items=100"};
  if (equals == std::string::npos) {
    return wrong;
  }
  Override result{.text = text, .steps = {}, .value = {}};
  std::string_view path = std::string_view(text).substr(0, equals);
  while (true) {
    const auto dot = path.find('.');
    const std::string_view name = path.substr(0, dot);
    if (name.empty()) {
      return wrong;
    }
    AddSteps(name, result.steps);
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

// What a step leads to, a field made if there is none; null if there is no way.
json* Take(const Step& step, json& from) {
  if (step.element) {
    return from.is_array() && *step.element < from.size() ? &from[*step.element] : nullptr;
  }
  return from.is_object() ? &from[step.name] : nullptr;
}

std::optional<Error> Apply(const Override& change, json& scenario) {
  json* place = &scenario;
  std::string path;
  for (std::size_t i = 0; i < change.steps.size(); ++i) {
    const Step& step = change.steps[i];
    const bool replaced = change.sets_kind() && i > 0 && i + 1 == change.steps.size();
    if (!step.element && i > 0 && (place->is_null() || replaced)) {
      *place = json::object();
    }
    json* const next = Take(step, *place);
    if (next == nullptr) {
      return Error{"--set \"" + change.text + "\": " + (path.empty() ? "the scenario" : path) +
                   " is " + Shown(*place) + ", which has no " +
                   (step.element ? "element " + step.name : "fields to set")};
    }
    path += (path.empty() || step.element ? "" : ".") + step.name;
    place = next;
  }
  *place = change.value;
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
      return *problem;
    }
  }
  return std::nullopt;
}

}  // namespace scenarios
