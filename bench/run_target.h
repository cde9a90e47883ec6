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

// The service at `base_url`, with the key of the environment; empty: the live one if `live`, else a
// mock of our own. An empty `ca_file` is the system's.
[[nodiscard]] HttpTarget TargetAt(const std::string& base_url, const std::string& ca_file,
                                  bool live);

// Whom `engine` ("http" or "live") asks; a mock, which takes any key, gets one.
[[nodiscard]] HttpTarget TargetOf(const RunOptions& options, const std::string& engine);

}  // namespace bench
