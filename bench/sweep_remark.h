#pragma once

#include <string>

#include "bench/sweep_points.h"

namespace bench {

// What is remarkable about a point among the others: "<- best inside the SLO", "3 ms over the
// SLO", "saturated: 200/s offered, 110/s possible". Empty: nothing.
[[nodiscard]] std::string Remark(const SweepResult& sweep, std::size_t index);

// Milliseconds as whole numbers from 100 on, with three digits below.
[[nodiscard]] std::string ShortMs(double milliseconds);

}  // namespace bench
