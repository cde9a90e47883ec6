#include "bench/settings.h"

#include <algorithm>

#include "batcher/flow/poll.h"
#include "scenarios/load.h"

namespace bench {
namespace {

bool IsPollKind(const std::string& text) {
  return std::ranges::any_of(batcher::PollKinds(),
                             [&](const batcher::KindSpec& kind) { return kind.name == text; });
}

}  // namespace

batcher::Result<scenarios::Scenario> LoadWith(const ScenarioSettings& settings) {
  std::vector<std::string> overrides;
  if (!settings.policy.empty()) {
    overrides.push_back("batcher.policy.kind=" + settings.policy);
  }
  if (!settings.window.empty()) {
    if (settings.policy.empty()) {
      overrides.emplace_back("batcher.policy.kind=window");
    }
    overrides.push_back("batcher.policy.window=" + settings.window);
  }
  if (!settings.rate.empty()) {
    overrides.push_back("arrivals.rate=" + settings.rate);
  }
  if (IsPollKind(settings.poll)) {
    overrides.push_back("client.poll.kind=" + settings.poll);
  } else if (!settings.poll.empty()) {
    overrides.emplace_back("client.poll.kind=fixed");
    overrides.push_back("client.poll.every=" + settings.poll);
  }
  if (!settings.seed.empty()) {
    overrides.push_back("seed=" + settings.seed);
  }
  overrides.insert(overrides.end(), settings.sets.begin(), settings.sets.end());
  return settings.file.empty() ? scenarios::ParseScenario("{}", "defaults", overrides)
                               : scenarios::LoadScenario(settings.file, overrides);
}

}  // namespace bench
