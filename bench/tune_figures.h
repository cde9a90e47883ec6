#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/tune_goal.h"
#include "bench/tune_trials.h"
#include "scenarios/threshold.h"

namespace bench {

// What figures are made for.
struct AskedFor {
  Goal goal = {};
  std::vector<scenarios::Threshold> slo = {};
  std::string quantity = "latency.p99";  // the quantile that is told of
};

// The quantile of latency that the first such demand names, else latency.p99; and its share, as
// 0.99.
[[nodiscard]] std::string QuantityOf(const std::vector<scenarios::Threshold>& slo);
[[nodiscard]] double ShareOf(const std::string& quantity);

// What one setting does, in the numbers that an answer tells of it.
struct TuneFigures {
  double saved = 0;                        // requests_saved
  double unanswered = 0;                   // of the calls, 0 .. 1
  double credits = 0;                      // a call
  double latency_ms = 0;                   // mean
  std::optional<double> quantile_ms = {};  // of AskedFor::quantity; none: too few batches
  double wait_ms = 0;                      // mean
  double linger_ms = 0;                    // mean
  Judged judged = {};
};

[[nodiscard]] TuneFigures FiguresOf(const Trial& trial, const AskedFor& asked);

// On the ground on which the candidate is worst. REQUIRES: it has been tried.
[[nodiscard]] const Trial& WorstTrialOf(const Trials& trials, const Candidate& candidate,
                                        const AskedFor& asked);
[[nodiscard]] TuneFigures WorstOf(const Trials& trials, const Candidate& candidate,
                                  const AskedFor& asked);

// How much less of a loss is worth another way: a point of the requests or of a credit, half a per
// cent of a price (an exact trade: less is noise), any of a latency.
[[nodiscard]] double WorthwhileGain(const Goal& goal, const TuneFigures& from);

// Why single calls are to be preferred to batches under the best window there is, as a sentence
// without its end; none: batches are worth it.
[[nodiscard]] std::optional<std::string> WhyNotToBatch(const Goal& goal, const TuneFigures& without,
                                                       const TuneFigures& best,
                                                       batcher::Duration window);

}  // namespace bench
