#pragma once

#include <string>
#include <vector>

#include "bench/command_run.h"
#include "bench/exit_code.h"

namespace bench {

struct CompareOptions {
  std::vector<std::string> folders = {};  // A and B
  std::vector<std::string> fail_if = {};  // "latency.p99 worse by 5%"
  std::string report = {};                // the file of the page; empty: no page is wanted
  OutputOptions output = {};
};

// Tells what is different in the second of two results.
[[nodiscard]] ExitCode CommandCompare(const CompareOptions& options);

}  // namespace bench
