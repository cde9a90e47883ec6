#pragma once

#include <string>
#include <vector>

#include "bench/sweep_points.h"

namespace bench {

// What a sweep shows besides its table, in sentences: findings (see findings.h) that hold of a
// range of points, and those of the marked point, for which in virtual time its first run is done
// once more with all that can be known of it. What the table or SweepAdvice says is not said again.
[[nodiscard]] std::vector<std::string> SweepFindings(const SweepPlan& plan,
                                                     const SweepResult& sweep);

}  // namespace bench
