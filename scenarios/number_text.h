#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "batcher/base/result.h"

namespace scenarios {

// The whole of `text` as a finite number; none if it isn't one.
[[nodiscard]] std::optional<double> ParseNumber(std::string_view text);

// The shortest text that reads back to the same number: "0.9".
std::string FormatNumber(double number);

// "200/s", "12.5/m", "3/h" as events per second, at least 0.
[[nodiscard]] batcher::Result<double> ParseRate(std::string_view text);

// The shortest text that ParseRate reads back to the same rate.
std::string FormatRate(double rate_per_second);

}  // namespace scenarios
