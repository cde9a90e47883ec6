#pragma once

#include <optional>

#include "batcher/base/result.h"
#include "bench/machine_costs.h"
#include "bench/run_result.h"

namespace bench {

// What the harness costs on this machine, so that the simulator can charge it.
struct Calibration {
  MachineCosts costs;
  batcher::Duration took{0};
};

// What is measured.
enum class CalibrationScope {
  kTimersOnly,  // how late a sleeping thread wakes: a fifth of a second
  kAll,         // also what HTTP requests to a mock in this process cost: about a second
};

// Measures, through the same code as a run over HTTP: waits for a timer, then sends calls together
// through a batcher over warm connections to a mock, sizes in random order. To be called while
// nothing else runs. None: a stop was requested. An error is what keeps the mock from starting.
[[nodiscard]] batcher::Result<std::optional<Calibration>> Calibrate(CalibrationScope scope,
                                                                    const RunControl& control);

}  // namespace bench
