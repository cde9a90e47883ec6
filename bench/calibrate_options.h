#pragma once

#include "bench/command_calibrate.h"

// The name that CLI11 has. NOLINTNEXTLINE(readability-identifier-naming)
namespace CLI {
class App;
}  // namespace CLI

namespace bench {

// Adds `batchlab calibrate` with its options and its help. Both must outlive the parsing.
void AddCalibrate(CLI::App& app, CalibrateOptions& options);

}  // namespace bench
