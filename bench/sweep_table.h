#pragma once

#include <string>
#include <vector>

#include "bench/sweep_points.h"
#include "results/lib/table.h"

namespace bench {

// What people read of a sweep: a row for each point, with a remark where there is one to make.
[[nodiscard]] std::string SweepTable(const SweepPlan& plan, const SweepResult& sweep,
                                     results::TextStyle style);

// What follows from it, in plain sentences.
[[nodiscard]] std::vector<std::string> SweepAdvice(const SweepPlan& plan, const SweepResult& sweep);

// "Poisson 200 calls/s ... SLO latency.p99 <= 300ms": what is swept, in one line.
[[nodiscard]] std::string SweepHeading(const SweepPlan& plan);

}  // namespace bench
