#include "bench/twin_run.h"

#include <fmt/core.h>

#include <optional>

#include "bench/calibration.h"
#include "bench/machine_costs.h"

namespace bench {

batcher::Result<ChargedScenario> ChargeThisMachine(const scenarios::Scenario& scenario,
                                                   const std::string& base_url, Progress* progress,
                                                   const std::stop_token& stop) {
  ChargedScenario charged{.scenario = scenario, .sentence = {}};
  if (!LeavesCostsOpen(scenario)) {
    return charged;
  }
  const CalibrationScope scope =
      base_url.empty() ? CalibrationScope::kAll : CalibrationScope::kTimersOnly;
  const batcher::Result<std::optional<Calibration>> measured =
      Calibrate(scope, {.stop = stop, .progress = progress});
  if (!measured) {
    return measured.error();
  }
  if (!*measured) {
    return charged;
  }
  const MachineCosts open = OpenCosts((*measured)->costs, scenario);
  Charge(open, charged.scenario);
  if (const std::string words = InWords(open); !words.empty()) {
    charged.sentence = fmt::format("sim charges this machine's costs: {} (measured in {:.1f} s)",
                                   words, batcher::ToSeconds((*measured)->took));
  }
  if (scope == CalibrationScope::kTimersOnly) {
    charged.sentence += (charged.sentence.empty() ? "" : "; ") +
                        fmt::format(
                            "what a request to {} costs is not known: sim charges what "
                            "client.cost and client.rtt say",
                            base_url);
  }
  return charged;
}

}  // namespace bench
