#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/call_log.h"

namespace scenarios {

// Whether a window can be chosen from calls, and how well.
struct LogVerdict {
  std::optional<std::string> unsuitable = {};  // why not: what was found and wanted
  std::optional<std::string> warning = {};     // a sentence: what of it will be rough
};

// Judges calls, which are ascending, by the limits of call_log.h. All their stamps, as written, are
// multiples of `step_ns` apart; 0: it is known that they are exact.
[[nodiscard]] LogVerdict Judge(const std::vector<LoggedCall>& calls, std::uint64_t step_ns);

}  // namespace scenarios
