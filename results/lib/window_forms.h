#pragma once

#include <cstddef>
#include <functional>

namespace results {

// Closed forms of policies on Poisson arrivals where every batch may leave at once (slots without
// limit). Times in seconds, rates per second; waits run from the submit until the batch leaves.
// Where nothing else is said: derived from the Poisson process, as the comments at the formulas
// tell. All REQUIRE: rate > 0 and other numbers above 0.

// What is known of a policy in the long run.
struct BatchForm {
  double calls_per_batch = 0;  // the mean over the batches
  double mean_wait = 0;        // ... over the calls
  // The share of the calls that wait at most so long; none: it is not known.
  std::function<double(double)> wait_up_to = {};

  [[nodiscard]] double batches_per_call() const { return 1 / calls_per_batch; }
};

// A window from the first call of a batch.
[[nodiscard]] BatchForm WindowForm(double rate, double window);

// The mean service of a call in such a batch, if n of them take base + per_item n: a call is in a
// large batch more often than a batch is large.
[[nodiscard]] double WindowService(double rate, double window, double base, double per_item);

// The same window, but a batch of `size` calls leaves at once.
[[nodiscard]] BatchForm FullWindowForm(double rate, double window, std::size_t size);
// The share of its batches that are full.
[[nodiscard]] double FullShare(double rate, double window, std::size_t size);

// A look each `period`, whatever is under way; all that is queued leaves, in as many batches as
// batches of `size` it takes. `size` 0: in one batch.
[[nodiscard]] BatchForm TickForm(double rate, double period, std::size_t size);

// A batch leaves with its size-th call, without a timer.
[[nodiscard]] BatchForm CountForm(double rate, std::size_t size);

// A batch leaves when the waits of its calls add up to `price`. On a clock that runs by this sum
// the calls of a batch are a birth process whose rate is `rate` / k with k calls queued. REQUIRES:
// rate x price <= 1e5.
[[nodiscard]] BatchForm BalanceForm(double rate, double price);

}  // namespace results
