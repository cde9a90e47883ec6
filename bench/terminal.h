#pragma once

#include <functional>
#include <string_view>

#include "bench/exit_code.h"
#include "results/lib/table.h"

namespace bench {

// Whether NO_COLOR leaves colours to us.
[[nodiscard]] bool ColoursAllowed();

// Colours where standard output is a terminal and NO_COLOR is not set.
[[nodiscard]] results::TextStyle StyleOfStdout();

// Calls `print`, which may use fmt::print, and answers `code`: also where the reader has gone, as
// behind `| head`. Where standard output can't be written to for another reason, such as a full
// disk, it says so and answers kUsage.
[[nodiscard]] ExitCode Printed(ExitCode code, const std::function<void()>& print);

// One sentence on standard error.
void Warn(std::string_view sentence);
// The same, and answers the exit code for it.
ExitCode Refuse(std::string_view sentence, ExitCode code = ExitCode::kUsage);

}  // namespace bench
