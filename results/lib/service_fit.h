#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "results/lib/interval.h"

namespace results {

// How long a batch of `size` items took, in milliseconds.
struct Timing {
  std::size_t size = 1;
  double ms = 0;
};

// A batch of n items takes base + per_item n on average, times a jitter of mean 1.
struct ServiceFit {
  Interval base_ms = {};      // neither end below 0
  Interval per_item_ms = {};  // the same
  double cv = 0;              // of the jitter: the relative spread about the line
  std::size_t timings = 0;
  std::size_t smallest = 0;  // of the sizes that were tried
  std::size_t largest = 0;
  // Only one size was tried: what an item adds is not known (0), and base is the median there.
  bool one_size = false;
};

// A line through timings, made for twenty of them taken by hand: a stall among them must not tilt
// it, and large batches vary by more milliseconds than small ones. So it is log(time / line) whose
// weighted squares are least, and deviations beyond 1.345 robust standard deviations are cut there
// (Huber). That is a line of medians; the mean of a lognormal jitter, by which the simulation
// draws, takes it up by exp(spread^2 / 2). It begins at the line of Theil and Sen through the
// medians of the sizes, which bears with 29 % of wild ones. Neither part goes below 0: the line is
// then the best of those that don't.
//
// The intervals are Student's with n - 2 degrees of freedom, from the covariance of the weighted
// fit and the asymptotic variance of Huber's estimator with its correction for few timings. They
// cover 93 to 95 % with 20 timings and more of lognormal jitter up to cv 0.4, and 90 % with 8
// (service_fit_test.cc tries 20).
// With one size that of the median: see MedianInterval.
// Sources: Huber, Ronchetti, Robust Statistics (2009), 7.6; Carroll, Ruppert, Transformation and
// Weighting in Regression (1988), ch. 4; Sen (JASA 1968).
//
// None for fewer than 3 timings, for a size of 0, for a time that is not finite and above 0.
[[nodiscard]] std::optional<ServiceFit> FitService(std::span<const Timing> timings);

// The standard deviation of the logarithms about their median, of which none counts for more than 3
// robust ones (1.4826 times the median distance): a stall stays a slow case and does not become the
// rule. 0 if more than half are alike. For a lognormal law p99 = median exp(2.326 spread), cv^2 =
// exp(spread^2) - 1. REQUIRES: values are above 0, at least 2; `parameters` fitted to them, fewer
// than values.
[[nodiscard]] double LogSpread(std::span<const double> values, std::size_t parameters);

// The median by nearest rank, with the interval between two order statistics that covers that of
// any continuous law with at least 95 %. With fewer than 6 values it is from the smallest to the
// largest, which is less: 94 % for 5, 75 % for 3. Source: David, Nagaraja, Order Statistics (2003),
// 7.1. REQUIRES: values is not empty.
[[nodiscard]] Interval MedianInterval(std::span<const double> values);

}  // namespace results
