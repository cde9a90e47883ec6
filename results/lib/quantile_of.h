#pragma once

#include <functional>

namespace results {

// The smallest time t >= 0, to a part in 1e12, with share_up_to(t) >= share. REQUIRES:
// share_up_to does not decrease and reaches `share`; 0 <= share < 1; `scale` > 0 is a time of the
// right order of magnitude.
[[nodiscard]] double QuantileOf(const std::function<double(double)>& share_up_to, double share,
                                double scale);

}  // namespace results
