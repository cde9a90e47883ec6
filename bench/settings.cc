#include "bench/settings.h"

#include <algorithm>
#include <string_view>

#include "batcher/flow/poll.h"
#include "scenarios/load.h"

namespace bench {
namespace {

bool IsPollKind(const std::string& text) {
  return std::ranges::any_of(batcher::PollKinds(),
                             [&](const batcher::KindSpec& kind) { return kind.name == text; });
}

// As one word of a shell command.
std::string Quoted(const std::string& text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+=:,%@";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) {
    return text;
  }
  std::string quoted = "'";
  for (const char c : text) {
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return quoted + "'";
}

}  // namespace

std::vector<std::string> OverridesOf(const ShortForms& forms) {
  std::vector<std::string> overrides;
  if (!forms.policy.empty()) {
    overrides.push_back("batcher.policy.kind=" + forms.policy);
  }
  if (!forms.window.empty()) {
    if (forms.policy.empty()) {
      overrides.emplace_back("batcher.policy.kind=window");
    }
    overrides.push_back("batcher.policy.window=" + forms.window);
  }
  if (!forms.rate.empty()) {
    overrides.push_back("arrivals.rate=" + forms.rate);
  }
  if (IsPollKind(forms.poll)) {
    overrides.push_back("client.poll.kind=" + forms.poll);
  } else if (!forms.poll.empty()) {
    overrides.emplace_back("client.poll.kind=fixed");
    overrides.push_back("client.poll.every=" + forms.poll);
  }
  return overrides;
}

batcher::Result<scenarios::Scenario> LoadWith(const ScenarioSettings& settings) {
  std::vector<std::string> overrides = OverridesOf(settings.forms);
  if (!settings.seed.empty()) {
    overrides.push_back("seed=" + settings.seed);
  }
  overrides.insert(overrides.end(), settings.sets.begin(), settings.sets.end());
  return settings.file.empty() ? scenarios::ParseScenario("{}", "defaults", overrides)
                               : scenarios::LoadScenario(settings.file, overrides);
}

std::optional<batcher::Duration> TimeOf(const batcher::Choice& policy, std::string_view field) {
  return policy.Has(field) ? std::optional(policy.Time(field)) : std::nullopt;
}

std::string CommandLineOf(const ScenarioSettings& settings) {
  std::string line = Quoted(settings.file);
  const auto add = [&line](std::string_view option, const std::string& value) {
    if (!value.empty()) {
      line += " " + std::string(option) + " " + Quoted(value);
    }
  };
  add("--policy", settings.forms.policy);
  add("--window", settings.forms.window);
  add("--rate", settings.forms.rate);
  add("--poll", settings.forms.poll);
  add("--seed", settings.seed);
  for (const std::string& set : settings.sets) {
    add("--set", set);
  }
  return line;
}

}  // namespace bench
