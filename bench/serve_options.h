#pragma once

#include "bench/command_serve.h"

// The name that CLI11 has. NOLINTNEXTLINE(readability-identifier-naming)
namespace CLI {
class App;
}  // namespace CLI

namespace bench {

// Adds `batchlab serve` with its options and its help, but for those of a scenario. Both must
// outlive the parsing.
CLI::App* AddServe(CLI::App& app, ServeOptions& options);

}  // namespace bench
