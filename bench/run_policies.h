#pragma once

#include <stop_token>

#include "bench/command_run.h"

namespace bench {

// `batchlab run FILE --policy all`: a sweep over all policies, with as many calls as the scenario
// has, a few times. Its exit codes and its files are those of a sweep.
[[nodiscard]] ExitCode RunAllPolicies(const RunOptions& options, const std::stop_token& stop);

}  // namespace bench
