#pragma once

#include <string>

#include "bench/calibrate_answer.h"

namespace bench {

// The text of calibrate.json, sizes.csv and probes.csv: see results/README.md.
[[nodiscard]] std::string CalibrateJson(const CalibrateInput& input, const CalibrateAnswer& answer);
[[nodiscard]] std::string SizesCsv(const CalibrateInput& input, const CalibrateAnswer& answer);
[[nodiscard]] std::string ProbesCsv(const CalibrateInput& input, const CalibrateAnswer& answer);

}  // namespace bench
