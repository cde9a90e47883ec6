#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/sweep_plan.h"
#include "results/lib/clairvoyant_quantile.h"

namespace bench {

// What nobody could do better, had he known all calls of a sweep beforehand, with slots and sizes
// without limit and a service that takes no time.
struct SweepBound {
  std::string quantile = {};                        // of the wait: "p99", "max", or "mean"
  std::uint64_t calls = 0;                          // of the first run, that it was worked out for
  std::vector<results::BatchesForWait> steps = {};  // waits ascend
};

// Of the first calls of the first run that is told of; the quantile is that of the first demand on
// the latency, else the p99. None where the points meet different calls, where callers wait for
// their answers, or may do without an answer (deadlines, cancelled calls), or calls join a batch in
// flight; nor of calls that can't be read.
[[nodiscard]] std::optional<SweepBound> BoundOf(const SweepPlan& plan);

}  // namespace bench
