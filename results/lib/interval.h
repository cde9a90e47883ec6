#pragma once

#include <optional>
#include <span>

namespace results {

// An estimate with the interval that covers the true value in 95 % of all experiments, unless
// another level was asked for. In the unit of the values that it was made from.
struct Interval {
  double estimate = 0;
  double low = 0;
  double high = 0;
};

// How many standard errors lie between the estimate and either end of a two-sided interval: the
// (1 + level) / 2 quantile of Student's t. It is 2.26 for 95 % and 9 degrees of freedom, and 1.96
// for infinitely many. REQUIRES: 0 < level < 1, degrees_of_freedom > 0.
[[nodiscard]] double StudentFactor(double level, double degrees_of_freedom);

// Student's interval for the mean of n independent replications (one value each: their means, or
// their quantiles): mean +- t(n - 1) s / sqrt(n). None for fewer than 2 values, or if one is not
// finite. Values of infinite variance have no such interval: that is for the caller to know.
// Source: Law, Simulation Modeling and Analysis (2015), 4.5. REQUIRES: 0 < level < 1.
[[nodiscard]] std::optional<Interval> StudentInterval(std::span<const double> values,
                                                      double level = 0.95);

// The interval around an estimate from all replications pooled (a quantile of the merged histogram,
// a ratio of sums) by what the single replications say of it: estimate +- t(n - 1) s / sqrt(n),
// where s^2 is the sum of (value - estimate)^2 / (n - 1). Centred at the pooled estimate, which is
// less biased than the mean of the values. None as above. Source: Asmussen, Glynn, Stochastic
// Simulation (2007), III.5: sectioning. REQUIRES: 0 < level < 1.
[[nodiscard]] std::optional<Interval> SectionedInterval(double estimate,
                                                        std::span<const double> values,
                                                        double level = 0.95);

// The same for the mean of a[i] - b[i], where i is a seed at which both points were simulated.
// Common random numbers cancel in the differences, so that the interval is narrower than those of a
// and b suggest. Source: Law (2015), 10.2.1. REQUIRES: a.size() == b.size(), 0 < level < 1.
[[nodiscard]] std::optional<Interval> PairedDifference(std::span<const double> a,
                                                       std::span<const double> b,
                                                       double level = 0.95);

}  // namespace results
