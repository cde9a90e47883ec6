#pragma once

#include <span>

namespace results {

// How much a value tells of the one after it, in [-1, 1]:
//   r1 = sum of (x[i] - mean) (x[i + 1] - mean) / sum of (x[i] - mean)^2.
// For n independent values it lies within 2 / sqrt(n) of 0 in 19 of 20 series. 0 if all are equal,
// or for fewer than 2 values. Source: Box, Jenkins, Time series analysis (1976), 2.1.
[[nodiscard]] double Lag1Autocorrelation(std::span<const double> values);

}  // namespace results
