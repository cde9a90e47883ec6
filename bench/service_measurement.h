#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "batcher/base/result.h"
#include "bench/http_service.h"
#include "bench/run_result.h"
#include "bench/service_probes.h"
#include "scenarios/scenario.h"

namespace bench {

struct ProbingOptions {
  std::vector<ProbeShape> order = {};  // the first warms up
  std::function<std::string(std::uint64_t call)> address = {};
};

// What a service answered to probes.
struct ServiceMeasurement {
  std::vector<SentProbe> probes = {};  // those that ended, in order
  std::size_t planned = 0;
  batcher::Duration took{0};
  bool interrupted = false;
  // Why it was given up: several probes in a row were not answered.
  std::optional<std::string> given_up = {};
};

// Sends one probe after the other through the batcher, each when the one before has ended. Blocks
// until the end, a stop, or several failures in a row; after it nothing is sent. Of the scenario it
// takes the client (how to poll, retries, time-outs, limits) and the seed. An error is what keeps
// it from starting.
[[nodiscard]] batcher::Result<ServiceMeasurement> MeasureService(
    const scenarios::Scenario& scenario, HttpService& service, const ProbingOptions& options,
    const RunControl& control);

}  // namespace bench
