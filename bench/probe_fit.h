#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "results/lib/interval.h"

namespace bench {

// How long a service worked on a batch, as it was seen from outside.
struct BatchTiming {
  std::size_t size = 1;  // addresses, at least 1
  double ms = 0;         // above 0; the middle of when it may have been ready
  double width_ms = 0;   // how long that time is: from the last poll that found it pending on
};

// Single calls: a lognormal law, by the mean m and the standard deviation s of the logarithms.
struct SingleFit {
  results::Interval median_ms = {};  // exp(m +- t s / sqrt(n)), Student's t with n - 1
  // exp(m + 2.326 s). With the interval of Owen: (m + 2.326 sigma - log p99) sqrt(n) / s has
  // Student's non-central law, of n - 1 degrees of freedom and non-centrality 2.326 sqrt(n).
  // Source: Hahn, Meeker, Statistical Intervals (1991), 4.4.
  results::Interval p99_ms = {};
  double spread = 0;  // s
  std::size_t timings = 0;
};

// Batches of one size beside the line.
struct SizeFit {
  std::size_t size = 0;
  std::size_t timings = 0;
  double mean_ms = 0;   // weighted as in the fit
  double error_ms = 0;  // the standard error of that mean, by the fit's law of the scatter
  double line_ms = 0;
};

// Batches: base + per_item n, times a jitter of mean 1.
struct BatchFit {
  results::Interval base_ms = {};      // no part of it below 0
  results::Interval per_item_ms = {};  // the same
  results::Interval cv = {};           // of the jitter
  // What the best line would have that may go below 0, if that is why a part is 0: by chance, if
  // the upper end of the part's interval is above 0, else the sizes do not lie on any such line.
  bool base_was_negative = false;
  bool per_item_was_negative = false;
  std::vector<SizeFit> sizes = {};  // ascending
  // How likely sizes on a line are to deviate from it by as much (F test of the lack of fit); none
  // with fewer than three sizes, or no two batches of one.
  std::optional<double> line_p_value = {};
  std::size_t timings = 0;
};

// None for fewer than 3 times. REQUIRES: all are above 0.
[[nodiscard]] std::optional<SingleFit> FitSingles(std::span<const double> ms);

// Weighted least squares, the weights refined until they stay. A time scatters by the jitter, cv x
// line, and by not being known better than within its width, width / sqrt(12), as the polls' phase
// is random. So means are fitted whatever law the jitter has. The intervals of the line are
// Student's with n - 2 degrees of freedom, from the normal equations and the scale of the
// residuals. The cv is that of a lognormal jitter: its logarithms' variance v is where
//
//   Q(v) = sum (log(time / line) - their mean)^2 / (v + (width / line)^2 / 12)
//
// is n - 2; the ends of its interval are where Q is the outer 2.5 % of chi-square with n - 2.
//
// results::FitService fits timings taken by hand; here nothing is cut off as wild, since the tail
// is part of what is measured, and what the polls blurred is told apart from the jitter.
//
// None for fewer than 3 times or fewer than two sizes. REQUIRES: as BatchTiming says.
[[nodiscard]] std::optional<BatchFit> FitBatches(std::span<const BatchTiming> timings);

}  // namespace bench
