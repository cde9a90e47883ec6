#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "batcher/base/result.h"
#include "bench/run_result.h"
#include "bench/sweep_plan.h"
#include "results/lib/replication.h"

namespace bench {

// One run of a sweep: a point of the plan under one seed.
struct SweepCell {
  std::size_t point = 0;
  std::uint64_t seed = 0;
  // How many times as long as planned the run was, for the batches that a p99 needs.
  std::uint64_t stretch = 1;
  results::Replication replication = {};
  std::string invalid = {};  // why it can't be trusted; empty: it can
};

// Runs it; in virtual time for as long as it takes to have its share of a p99's evidence. None if a
// stop was requested before its end.
[[nodiscard]] batcher::Result<std::optional<SweepCell>> RunCell(const SweepPlan& plan,
                                                                std::size_t point,
                                                                std::uint64_t seed,
                                                                const RunControl& control);

// One line of the sweep's journal, and back.
[[nodiscard]] std::string CellJson(const SweepCell& cell);
[[nodiscard]] batcher::Result<SweepCell> ParseCell(std::string_view line);

}  // namespace bench
