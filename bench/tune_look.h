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
};

// `quantile` is that of latency whose interval is wanted, such as 0.99. None after a stop; an error
// is a file that can't be read.
[[nodiscard]] batcher::Result<std::optional<CloserLook>> LookCloser(const Candidate& candidate,
                                                                    const TuneKnobs& knobs,
                                                                    const TrialGround& ground,
                                                                    double quantile,
                                                                    const std::stop_token& stop);

}  // namespace bench
