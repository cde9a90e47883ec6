#pragma once

#include <cstddef>

#include "results/lib/window_forms.h"

namespace results {

// Closed forms and small exact chains of batches that wait for those before them, on Poisson
// arrivals. Times in seconds, rates per second; waits run from the submit until the batch leaves.
// All REQUIRE: rate > 0 and a service that keeps up.

// The service of a batch of n calls: base + per_item n.
struct LinearService {
  double base = 0;
  double per_item = 0;

  [[nodiscard]] double Of(double calls) const { return base + per_item * calls; }
};

// A policy with a service that it waits for.
struct ServedForm {
  BatchForm batches = {};
  double mean_latency = 0;
  double busy = 0;            // the mean number of batches in flight
  double mean_square = 0;     // of the calls of a batch; 0: not known
  double share_nonempty = 0;  // of the looks of a loop; 0: there are none, or not known
  double share_at_once = 0;   // of the calls that do not wait; 0: none, or not known
};

// The article's loop: it sleeps for the period, and if anything is queued sends all of it and waits
// for its answer. The number of calls at a look is a Markov chain: the gap before the next look
// depends on it alone. REQUIRES: period > 0, rate x per_item < 1.
[[nodiscard]] ServedForm LoopForm(double rate, double period, const LinearService& service);

// One slot: what gathers while a batch is under way is the next one. The size of a batch is a
// Markov chain: max(1, the arrivals during the service of the one before it). REQUIRES:
// rate x per_item < 1.
[[nodiscard]] ServedForm NaturalForm(double rate, const LinearService& service);

// An upper bound of its mean latency. Source: Inoue, Queueing analysis of GPU-based inference
// servers with dynamic batching: a closed-form characterization, Performance Evaluation 147 (2021).
[[nodiscard]] double NaturalLatencyBound(double rate, const LinearService& service);

// `slots` batches at once, exponential service of that mean: M/M[1, infinity]/c. Source of these
// three: Neuts, A general class of bulk queues with Poisson input, Annals of Mathematical
// Statistics 38 (1967); Chaudhry, Templeton, A First Course in Bulk Queues (1983).
[[nodiscard]] ServedForm ExponentialNaturalForm(double rate, double service, std::size_t slots);

// One slot, at most `size` calls in a batch, exponential service: M/M[1, size]/1. REQUIRES:
// rate x service < size.
[[nodiscard]] ServedForm ExponentialFullForm(double rate, double service, std::size_t size);

// One slot, at most `size` calls in a batch, constant service: M/D[1, size]/1. REQUIRES: as above.
[[nodiscard]] ServedForm ConstantFullForm(double rate, double service, std::size_t size);

// One slot, a batch leaves when it is free and at least `size` calls are queued, constant service:
// M/D[size, infinity]/1.
[[nodiscard]] ServedForm ThresholdForm(double rate, double service, std::size_t size);

}  // namespace results
