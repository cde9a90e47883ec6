#pragma once

#include <string>
#include <vector>

#include "batcher/base/kinds.h"
#include "batcher/base/time.h"
#include "scenarios/scenario.h"

namespace bench {

// One setting of a policy, as changes to a scenario.
struct PolicySetting {
  std::string text;                    // "20ms", "min_size 10, window 20ms"
  std::vector<std::string> overrides;  // path=value
};

// The settings of a policy that `--policy all` tries at a price of a batch: the usual one first
// (that of the scenario, if it has this policy; else the registry's, a price being the one that is
// given), then all others on a grid over its main fields: window, period, gap, min_size, size,
// price, those of them that it has and needs. Its other fields stay as they are. Times go from a
// hundredth of the price to twice the price in steps of 1, 2, 3, 5, since to wait for longer costs
// more than a batch, and 0 is among them; sizes up to max_items; prices from a quarter to four
// times. A gap is shorter than its window. REQUIRES: 0 < price <= kHighestGridPrice.
[[nodiscard]] std::vector<PolicySetting> SettingsToTry(const batcher::KindSpec& policy,
                                                       const scenarios::Scenario& scenario,
                                                       batcher::Duration price);

inline constexpr batcher::Duration kHighestGridPrice = std::chrono::minutes(15);

}  // namespace bench
