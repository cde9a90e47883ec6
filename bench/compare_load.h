#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "batcher/base/result.h"
#include "results/lib/comparison.h"
#include "results/lib/ledger.h"

namespace bench {

// A result folder as `compare` sees it.
struct LoadedResult {
  std::string folder = {};
  std::string engine = {};                // "sim", "http", "live"
  std::string machine = {};               // processor and kernel; empty: unknown
  std::string build = {};                 // commit, compiler and flags; empty: unknown
  std::vector<std::string> invalid = {};  // why it can't be trusted, in sentences
  // Every field of the scenario but its name, description, seed and demands: path and value.
  std::map<std::string, std::string> scenario = {};

  results::Ledger ledger = {};  // of a run
  bool is_sweep = false;
  std::vector<std::string> points = {};                     // of a sweep: their labels, in order
  std::map<std::string, results::PointValues> values = {};  // by label
};

// Reads a run (run.json, calls.csv, batches.csv) or a sweep (sweep.json, sweep.csv). An error says
// which file is missing or what is wrong with it.
[[nodiscard]] batcher::Result<LoadedResult> LoadResult(const std::string& folder);

// What makes the two hard to compare, or not the same: a sentence each.
[[nodiscard]] std::vector<std::string> CompareWarnings(const LoadedResult& a,
                                                       const LoadedResult& b);

}  // namespace bench
