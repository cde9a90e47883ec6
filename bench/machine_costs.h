#pragma once

#include <optional>
#include <string>

#include "batcher/base/time.h"
#include "scenarios/scenario.h"

namespace bench {

// What a machine adds to what a scenario models, and virtual time is to charge: the fields of the
// scenario's client of the same names. None: not known.
struct MachineCosts {
  std::optional<batcher::Duration> per_request = {};
  std::optional<batcher::Duration> per_item = {};
  std::optional<batcher::Duration> rtt = {};
  std::optional<batcher::Duration> timer_lag = {};

  bool operator==(const MachineCosts&) const = default;
};

// Those that the scenario leaves at their default of 0, and so to be measured.
[[nodiscard]] MachineCosts OpenCosts(const MachineCosts& costs,
                                     const scenarios::Scenario& scenario);
// Whether there are any.
[[nodiscard]] bool LeavesCostsOpen(const scenarios::Scenario& scenario);

// Writes those that are known into the scenario.
void Charge(const MachineCosts& costs, scenarios::Scenario& scenario);

// "85 us a request, 1.1 us an item, 0.21 ms there and back, timers 92 us late"; empty: none known.
[[nodiscard]] std::string InWords(const MachineCosts& costs);

}  // namespace bench
