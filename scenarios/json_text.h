#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "batcher/base/result.h"

namespace scenarios {

// Deeper nesting of objects and lists is refused.
inline constexpr int kDeepestJson = 64;

// Reads JSON. A mistake of syntax is an error with line and column; so is a field that an object
// has twice, which most readers pass in silence, and nesting deeper than kDeepestJson.
[[nodiscard]] batcher::Result<nlohmann::json> ParseJson(std::string_view text);

}  // namespace scenarios
