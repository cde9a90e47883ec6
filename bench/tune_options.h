#pragma once

#include "bench/command_tune.h"

// The name that CLI11 has. NOLINTNEXTLINE(readability-identifier-naming)
namespace CLI {
class App;
}  // namespace CLI

namespace bench {

// Adds `batchlab tune` with its options and its help. Both must outlive the parsing.
void AddTune(CLI::App& app, TuneOptions& options);

}  // namespace bench
