#pragma once

#include <string>
#include <vector>

#include "bench/exit_code.h"

namespace bench {

struct ReportOptions {
  std::vector<std::string> folders;  // of one sweep, of one tune, or of one or several runs
  std::string out;                   // the file; empty: report.html in the first folder
};

// `batchlab report`: one HTML file that shows a result and needs nothing else.
[[nodiscard]] ExitCode CommandReport(const ReportOptions& options);

}  // namespace bench
