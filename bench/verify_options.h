#pragma once

#include "bench/command_verify.h"

// The name that CLI11 has. NOLINTNEXTLINE(readability-identifier-naming)
namespace CLI {
class App;
}  // namespace CLI

namespace bench {

// Adds the subcommand `verify`.
void AddVerify(CLI::App& app, VerifyOptions& options);

}  // namespace bench
