#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "batcher/base/time.h"
#include "results/lib/finding.h"
#include "results/lib/summary.h"
#include "scenarios/scenario.h"

namespace bench {

using results::Finding;

// From this share of the wait on, it is slots that calls wait for, and not the policy.
inline constexpr double kSlotsDecide = 0.5;
// From this share of the latency on, it is worth a word that answers wait to be asked for. With the
// polls that come along, `expected`, it is an eighth; below a fifth the other parts matter more.
inline constexpr double kPollsMatter = 0.2;

// The share of the mean wait that is spent waiting for a free slot, in 0 .. 1.
[[nodiscard]] double SlotShare(const results::Summary& summary);

// What polling costs.
struct PollCost {
  batcher::Duration mean{0};   // an answer waits to be asked for, over answered calls
  double polls_per_batch = 0;  // of the batches that are polled
};

// Another schedule of polls, and what it would have cost in a run.
struct PollAlternative {
  batcher::Choice poll = {};
  PollCost cost = {};
};

// What a summary does not tell of a run. Each is left out where it isn't known; see run_facts.h.
struct RunFacts {
  std::optional<double> offered = {};       // calls per second that came
  std::optional<double> saturated_at = {};  // ... and that were answered, if the queue grew
  // The share of the time for which the workers of the service were busy, in 0 .. 1.
  std::optional<double> utilisation = {};
  // HTTP requests that the service answered with 429 for its rate limit.
  std::optional<std::uint64_t> refused = {};
  // Whether calls that failed for want of credits failed by the service's word, not by the budget.
  bool quota_of_service = true;
  // Where batches cannot overlap: the mean time from one flush to the next while calls are queued,
  // if most flushes were held up by the batch before.
  std::optional<batcher::Duration> effective_window = {};
  std::optional<double> polls_per_batch = {};        // of the batches that were polled
  std::optional<PollAlternative> better_polls = {};  // if another schedule costs clearly less
};

// What stands in the way of a run, in plain words, each with its numbers and the knob: none of a
// healthy one. What only follows from another finding is left out. The names are in
// results/README.md.
[[nodiscard]] std::vector<Finding> FindingsOf(const scenarios::Scenario& scenario,
                                              const results::Summary& summary,
                                              const RunFacts& facts = {});

// Whether one of that name is among them.
[[nodiscard]] bool Names(const std::vector<Finding>& findings, std::string_view name);

}  // namespace bench
