#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/result.h"
#include "scenarios/scenario.h"

namespace bench {

// What everybody turns has a short form. Empty: not given.
struct ShortForms {
  std::string window = {};
  std::string policy = {};
  std::string rate = {};
  std::string poll = {};
};

// The short forms as overrides (path=value) of a scenario.
[[nodiscard]] std::vector<std::string> OverridesOf(const ShortForms& forms);

// How the user turns a scenario on the command line.
struct ScenarioSettings {
  std::string file = {};               // empty: the defaults of every field
  std::vector<std::string> sets = {};  // --set path=value
  ShortForms forms = {};
  std::string seed = {};
};

// The scenario with all settings applied. Short forms go before --set, so that both may be mixed.
[[nodiscard]] batcher::Result<scenarios::Scenario> LoadWith(const ScenarioSettings& settings);

// A time of the policy; none: it has no such field, or no value there.
[[nodiscard]] std::optional<batcher::Duration> TimeOf(const batcher::Choice& policy,
                                                      std::string_view field);

// The settings as words of a shell command, the file first.
[[nodiscard]] std::string CommandLineOf(const ScenarioSettings& settings);

}  // namespace bench
