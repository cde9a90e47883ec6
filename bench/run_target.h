#pragma once

#include <string>

#include "bench/command_run.h"
#include "bench/http_service.h"

namespace bench {

// The key of the service; empty: none is set. Read from the environment and from nowhere else, so
// that it stands in no list of processes and no history of a shell.
[[nodiscard]] std::string ApiKey();

// Whether `engine` is among those of the run.
[[nodiscard]] bool Uses(const RunOptions& options, const std::string& engine);

// Whom `engine` ("http" or "live") asks.
[[nodiscard]] HttpTarget TargetOf(const RunOptions& options, const std::string& engine);

}  // namespace bench
