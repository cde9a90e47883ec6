#pragma once

#include <optional>

#include "batcher/base/kinds.h"
#include "batcher/base/time.h"

namespace bench {

// Laws of a scenario's server from what was measured of a service. A spread or cv below 0.0001 is
// none: a microsecond in ten milliseconds.

// To whole nanoseconds.
[[nodiscard]] batcher::Duration Milliseconds(double ms);

// Lognormal by its median and the standard deviation of the logarithms; constant without spread.
[[nodiscard]] batcher::Choice SingleLaw(double median_ms, double spread);

// Lognormal of mean 1; none without spread.
[[nodiscard]] std::optional<batcher::Choice> JitterLaw(double cv);

}  // namespace bench
