#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "batcher/base/result.h"
#include "bench/sweep_points.h"

namespace bench {

// The files of a complete sweep; results/README.md tells their columns and members. Both are the
// same for equal plans, byte for byte, whatever ran them.
[[nodiscard]] std::string SweepJson(const SweepPlan& plan, const SweepResult& sweep);
[[nodiscard]] std::string SweepCsv(const SweepResult& sweep);

// A number that tells two sweeps apart: of the bytes of sweep.csv.
[[nodiscard]] std::string SweepFingerprint(const std::string& csv);

// Writes sweep.csv and sweep.json into the folder. None, or what could not be written.
[[nodiscard]] std::optional<batcher::Error> WriteSweep(const std::filesystem::path& folder,
                                                       const SweepPlan& plan,
                                                       const SweepResult& sweep);

}  // namespace bench
