#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "batcher/base/result.h"
#include "bench/sweep_points.h"

namespace bench {

// The files of a complete sweep; results/README.md tells their columns and members. All are the
// same for equal plans, byte for byte, whatever ran them.
[[nodiscard]] std::string SweepJson(const SweepPlan& plan, const SweepResult& sweep);
[[nodiscard]] std::string SweepCsv(const SweepResult& sweep);

// A number that tells two sweeps apart: of the bytes of sweep.csv.
[[nodiscard]] std::string SweepFingerprint(const std::string& csv);

// distributions.json: what the quantities of the points leave out.
[[nodiscard]] std::string DistributionsJson(const SweepResult& sweep);

// Writes sweep.csv, distributions.json and sweep.json into the folder. None, or what could not be
// written.
[[nodiscard]] std::optional<batcher::Error> WriteSweep(const std::filesystem::path& folder,
                                                       const SweepPlan& plan,
                                                       const SweepResult& sweep);

}  // namespace bench
