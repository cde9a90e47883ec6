#pragma once

#include <string>

#include "bench/sweep_points.h"

namespace bench {

// Quantities of a point as cells of a table; "-" where there is none.

// In milliseconds: "244 [241, 246]", "253 atom", "-  6 of 460 batches".
[[nodiscard]] std::string TimeCell(const PointQuantity& quantity, bool with_interval);

// "78.8 % +-0.1".
[[nodiscard]] std::string SavedCell(const PointQuantity& saved);

// "11.0": calls a batch.
[[nodiscard]] std::string SizeCell(const PointResult& point);

}  // namespace bench
