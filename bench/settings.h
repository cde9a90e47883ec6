#pragma once

#include <string>
#include <vector>

#include "batcher/base/result.h"
#include "scenarios/scenario.h"

namespace bench {

// How the user turns a scenario on the command line.
struct ScenarioSettings {
  std::string file;               // empty: the defaults of every field
  std::vector<std::string> sets;  // --set path=value
  // Short forms; empty: not given.
  std::string window;
  std::string policy;
  std::string rate;
  std::string poll;
  std::string seed;
};

// The scenario with all settings applied. Short forms go before --set, so that both may be mixed.
[[nodiscard]] batcher::Result<scenarios::Scenario> LoadWith(const ScenarioSettings& settings);

// The settings as words of a shell command, the file first.
[[nodiscard]] std::string CommandLineOf(const ScenarioSettings& settings);

}  // namespace bench
