#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/result.h"

namespace bench {

// The values that a sweep gives to one field, as texts that the scenario's loader reads:
//
//   5ms,20ms,50ms     these
//   5ms..500ms        all of 1, 2, 3, 5 times a power of ten between the ends, and the ends
//   0ms..90ms:lin:10  10 values at equal distances
//   1ms..1s:log:7     7 values at equal ratios, rounded to 3 digits
//
// A range is of durations, of rates ("50/s..800/s"), or of plain numbers. An error says what is
// wrong with `text`.
[[nodiscard]] batcher::Result<std::vector<std::string>> ParseSweepValues(std::string_view text);

}  // namespace bench
