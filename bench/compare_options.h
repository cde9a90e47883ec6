#pragma once

#include "bench/command_compare.h"

// The name that CLI11 has. NOLINTNEXTLINE(readability-identifier-naming)
namespace CLI {
class App;
}  // namespace CLI

namespace bench {

// Adds the subcommand `compare`.
void AddCompare(CLI::App& app, CompareOptions& options);

}  // namespace bench
