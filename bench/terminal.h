#pragma once

#include <string_view>

#include "bench/exit_code.h"
#include "results/lib/table.h"

namespace bench {

// Colours where standard output is a terminal and NO_COLOR is not set.
[[nodiscard]] results::TextStyle StyleOfStdout();

// One sentence on standard error; answers the exit code for it.
ExitCode Refuse(std::string_view sentence, ExitCode code = ExitCode::kUsage);

}  // namespace bench
