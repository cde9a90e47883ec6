#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/sweep_points.h"

namespace bench {

// Of each policy, in the order of the points, its usual setting and the cheapest of those that were
// tried. `points` as those of MakePoliciesPlan, with what the runs for choosing gave.
[[nodiscard]] std::vector<PolicyChoice> ChoosePolicies(std::span<const PointResult> points);

// The points that people are shown, by index, ascending: the usual and the best settings.
[[nodiscard]] std::vector<std::size_t> RowsOf(const std::vector<PolicyChoice>& policies);

}  // namespace bench
