#pragma once

#include <cstddef>
#include <span>

namespace results {

// How many of the first observations of a run to leave out because the system was still warming up:
// White's MSER-5. The observations are averaged in fives; of these k means Y the first d are cut
// that make the squared standard error of the rest smallest,
//   sum over j > d of (Y[j] - mean of the rest)^2 / (k - d)^2,   0 <= d <= k / 2.
// Cutting more than the transient costs precision, cutting less leaves a bias that looks like
// variance; the minimum lies between.
//
// Answers a multiple of 5. An answer near half of the series says that it is too short to tell: the
// transient may go on behind it. 0 for fewer than 50 observations, or if one is not finite; up to 4
// observations at the end, which fill no five, are not looked at. Of several minima the smallest
// cut is taken.
// Source: White, Cobb, Spratt, A comparison of five steady-state truncation heuristics for
// simulation (Winter Simulation Conference 2000).
[[nodiscard]] std::size_t Mser5Cut(std::span<const double> observations);

}  // namespace results
