#pragma once

#include <functional>

#include "results/lib/natural_forms.h"

namespace results {

// Closed forms of polling for one batch. Times in seconds, counted from the moment at which the
// service has taken the batch on.

struct PollForm {
  double polls = 0;  // that a batch takes, on average
  double seen = 0;   // when the poll that finds it done reaches the service
  double extra = 0;  // by how much that is later than it was done
};

// A law of the time at which a batch is done: its mean, and the share that is done later than t.
struct ReadyLaw {
  double mean = 0;
  std::function<double(double)> later_than = {};
};

// REQUIRES of all: every number is above 0 (of Pareto's: alpha > 1).
[[nodiscard]] ReadyLaw ExponentialReady(double mean);
[[nodiscard]] ReadyLaw LognormalReady(double mean, double cv);
[[nodiscard]] ReadyLaw ParetoReady(double least, double alpha);

// Polls reach the service each `period`, the sleep and the round trip, the first after one: so n of
// them are needed if it is done after n - 1 periods and not later than n. REQUIRES: period > 0.
[[nodiscard]] PollForm FixedPolls(const ReadyLaw& ready, double period);

// The first poll reaches the service at `first`, each next one `factor` times as late. REQUIRES:
// first > 0, factor > 1.
[[nodiscard]] PollForm ScheduledPolls(const ReadyLaw& ready, double first, double factor);

// A window on Poisson arrivals whose batches are polled for: the whole way of a call. REQUIRES: as
// WindowForm, and period > 0.
struct PipelineForm {
  BatchForm batches = {};
  double polls_per_batch = 0;
  double mean_latency = 0;  // of a call, from its submit
};
[[nodiscard]] PipelineForm PolledWindow(double rate, double window, const LinearService& service,
                                        double period, double round_trip);

}  // namespace results
