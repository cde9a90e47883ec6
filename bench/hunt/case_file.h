#pragma once

#include <string>
#include <string_view>

#include "batcher/base/result.h"
#include "bench/hunt/case.h"

namespace hunt {

// A case as JSON, for people to read and to change, and back: it runs the same. What has its
// default is left out.
[[nodiscard]] std::string CaseText(const Case& run);
[[nodiscard]] batcher::Result<Case> ParseCase(std::string_view text);

}  // namespace hunt
