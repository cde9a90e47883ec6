#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "batcher/base/result.h"
#include "bench/findings.h"
#include "bench/tune_candidate.h"
#include "bench/tune_trials.h"
#include "results/lib/regret.h"
#include "results/lib/stretch.h"
#include "results/lib/value_of_waiting.h"

namespace bench {

// What a setting shows in one run whose records are all kept.
struct CloserLook {
  std::vector<Finding> findings = {};
  std::optional<results::Waiting> waiting = {};  // none: nobody waits
  std::size_t largest_batch = 0;
  // Of recorded calls: what they tell of another such stretch of traffic.
  std::optional<results::Stretch> stretch = {};
  // Batches at the price that was given, whatever they were polled: as `run` tells it. None: no
  // price, or as RegretOf.
  std::optional<results::Regret> regret = {};
};

// What a closer look is for.
struct LookFor {
  double quantile = 0.99;                       // that of latency whose interval is wanted
  std::optional<batcher::Duration> price = {};  // of a batch, above 0; none: no regret is wanted
};

// None after a stop; an error is a file that can't be read.
[[nodiscard]] batcher::Result<std::optional<CloserLook>> LookCloser(const Candidate& candidate,
                                                                    const TuneKnobs& knobs,
                                                                    const TrialGround& ground,
                                                                    const LookFor& wanted,
                                                                    const std::stop_token& stop);

}  // namespace bench
