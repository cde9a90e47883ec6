#pragma once

#include <optional>

#include "batcher/base/result.h"
#include "bench/command_run.h"
#include "scenarios/scenario.h"

namespace bench {

// What keeps any of the runs from starting, or none. Asked before anything is run, sent or written.
[[nodiscard]] std::optional<batcher::Error> RefuseRun(const RunOptions& options,
                                                      const scenarios::Scenario& scenario);

}  // namespace bench
