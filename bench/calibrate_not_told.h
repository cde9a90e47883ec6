#pragma once

#include <string>
#include <vector>

#include "bench/calibrate_answer.h"

namespace bench {

// What the probes can't tell, in sentences without a full stop; the worst first. REQUIRES: all else
// of the answer is known.
[[nodiscard]] std::vector<std::string> NotTold(const CalibrateInput& input,
                                               const CalibrateAnswer& answer);

}  // namespace bench
