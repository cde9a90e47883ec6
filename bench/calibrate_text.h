#pragma once

#include <string>

#include "bench/calibrate_answer.h"
#include "results/lib/table.h"

namespace bench {

// What will be sent, before it is: one sentence of one or two lines.
[[nodiscard]] std::string CalibratePlanText(const CalibrateInput& input);

// The verdict, the table of what was estimated, what could not be told, the block to paste.
[[nodiscard]] std::string CalibrateText(const CalibrateInput& input, const CalibrateAnswer& answer,
                                        results::TextStyle style);

}  // namespace bench
