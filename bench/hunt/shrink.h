#pragma once

#include <functional>

#include "bench/hunt/case.h"

namespace hunt {

// The smallest case that it could find which still breaks: fewer calls, orders, features and
// options, and simpler ones, as long as `breaks` says so. Greedy, so not the smallest there is; at
// most `trials` runs. REQUIRES: breaks(run).
// Source: Zeller, Hildebrandt, Simplifying and isolating failure-inducing input, IEEE Transactions
// on Software Engineering 28 (2002).
[[nodiscard]] Case Shrink(Case run, const std::function<bool(const Case&)>& breaks, int trials);

}  // namespace hunt
