#pragma once

#include <optional>

#include "batcher/base/result.h"
#include "bench/command_sweep.h"

namespace bench {

// What contradicts itself among the options of a sweep, or none.
[[nodiscard]] std::optional<batcher::Error> RefuseSweep(const SweepOptions& options);

}  // namespace bench
