#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/sweep_plan.h"
#include "bench/sweep_points.h"

namespace bench {

// What the runs of a point cost on average, against their least. None if a run has no bounds.
// `no_variance`: the waits have none, so that no interval can be told of what they cost.
[[nodiscard]] std::optional<PointRegret> RegretOfRuns(std::span<const PointRun> runs,
                                                      bool no_variance);

// Of the points `among` (by index) the one that costs the least a call. Calls that never left cost
// nothing here: left out are points that are not usable, and those of which a thousandth more of
// the calls goes without an answer than of the best in that of all `points`.
[[nodiscard]] std::optional<std::size_t> Cheapest(std::span<const PointResult> points,
                                                  std::span<const std::size_t> among);

// What a call of `point` costs more than one of `other`, in milliseconds: from the runs of equal
// seeds. None: too few runs, or no costs.
[[nodiscard]] std::optional<results::Interval> CostOver(const PointResult& point,
                                                        const PointResult& other);

// "1.38", "-".
[[nodiscard]] std::string RatioCell(const PointResult& point);

// What bounds the costs, in sentences: the least cost of the calls, and the fewest batches of the
// longest wait that the cheapest point allows. None without a price.
[[nodiscard]] std::vector<std::string> RegretSentences(const SweepResult& sweep);

// The columns of sweep.csv behind the others, and their fields of one run; each begins with a
// comma.
inline constexpr std::string_view kRegretHeader =
    ",regret_calls,regret_run_batches,regret_run_waiting_ns,regret_least_batches,"
    "regret_least_waiting_ns,regret_fewest_batches,regret_ratio";
[[nodiscard]] std::string RegretFields(const std::optional<results::Bounds>& bounds);

}  // namespace bench
