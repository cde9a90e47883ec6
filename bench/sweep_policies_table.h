#pragma once

#include <string>
#include <vector>

#include "bench/sweep_points.h"
#include "results/lib/table.h"

namespace bench {

// What people read of a sweep of --policy all: of each policy the usual and the best setting.
[[nodiscard]] std::string PoliciesTable(const SweepResult& sweep, results::TextStyle style);

// What the table means and what follows from it, in plain sentences.
[[nodiscard]] std::vector<std::string> PoliciesAdvice(const SweepPlan& plan,
                                                      const SweepResult& sweep);

}  // namespace bench
