#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "results/lib/interval.h"

namespace results {

// The interval of b - a from those of two independent estimates, which need not be symmetric.
// Source: Zou, Donner, Construction of confidence limits about effect measures, Statistics in
// Medicine 27 (2008): the method of variance estimates recovery.
[[nodiscard]] Interval DifferenceOf(const Interval& a, const Interval& b);

// The interval of the difference of two means of independent replications, whose variances may
// differ. None for fewer than 2 values on either side. Source: Welch, Biometrika 34 (1947).
// REQUIRES: 0 < level < 1.
[[nodiscard]] std::optional<Interval> WelchDifference(std::span<const double> a,
                                                      std::span<const double> b,
                                                      double level = 0.95);

// The interval of a difference at a level; none: nothing is known of it.
using DifferenceAt = std::function<std::optional<Interval>(double level)>;

// Which of many differences are shown, such that with 95 % none is that is not there, however they
// depend on each other: those whose interval leaves out 0 at a level that is raised for their
// number. Source: Holm, A simple sequentially rejective multiple test procedure, Scandinavian
// Journal of Statistics 6 (1979).
[[nodiscard]] std::vector<bool> ShownAmongMany(std::span<const DifferenceAt> differences,
                                               double chance_of_any_error = 0.05);

}  // namespace results
