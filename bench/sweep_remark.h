#pragma once

#include <string>

#include "bench/sweep_points.h"

namespace bench {

// From this share of the wait on, it is slots that calls wait for, and not the window.
inline constexpr double kSlotsDecide = 0.5;

// The share of the mean wait that is spent waiting for a free slot, in 0 .. 1.
[[nodiscard]] double SlotShare(const PointResult& point);

// What is remarkable about a point among the others: "<- best inside the SLO", "3 ms over the
// SLO", "saturated: 200/s offered, 110/s possible". Empty: nothing.
[[nodiscard]] std::string Remark(const SweepResult& sweep, std::size_t index);

// Milliseconds as whole numbers from 100 on, with three digits below.
[[nodiscard]] std::string ShortMs(double milliseconds);

}  // namespace bench
