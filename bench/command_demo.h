#pragma once

#include <stop_token>
#include <string>

#include "bench/exit_code.h"

namespace bench {

struct DemoOptions {
  std::string scenarios = "scenarios";  // the folder of the shipped scenarios
  std::string out;                      // the result directory; empty: results/runs/...
};

// `batchlab demo`: the article's ten addresses and a recalculated sheet of 1,000 cells, each looked
// up in four ways, over HTTP against a mock server in this process. Exits with 0 on an INVALID run,
// which it says.
[[nodiscard]] ExitCode CommandDemo(const DemoOptions& options, const std::stop_token& stop);

}  // namespace bench
