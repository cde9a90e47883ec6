#pragma once

#include <string>

#include "bench/settings.h"
#include "bench/sweep_points.h"
#include "results/lib/table.h"

namespace bench {

// All that people are told of a complete sweep but where its files are: the table and the sentences
// below it.
[[nodiscard]] std::string SweepText(const SweepPlan& plan, const SweepResult& sweep,
                                    results::TextStyle style);

// A command that makes sense after it, as the words behind "scripts/batchlab"; empty: none.
[[nodiscard]] std::string NextCommand(const ScenarioSettings& settings, const SweepPlan& plan,
                                      const SweepResult& sweep);

}  // namespace bench
