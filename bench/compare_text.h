#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/compare_gate.h"
#include "bench/compare_load.h"
#include "results/lib/comparison.h"
#include "results/lib/table.h"

namespace bench {

// Two results with all that is told of them.
struct CompareAnswer {
  LoadedResult a = {};
  LoadedResult b = {};
  std::vector<results::ComparedPair> pairs = {};
  std::vector<std::string> warnings = {};
  std::vector<GateResult> gates = {};
};

// "same", "worse", "better", "no difference shown", or "may be chance, among so many".
[[nodiscard]] std::string VerdictOf(const results::ComparedPair& pair);
// "passed", "lacks_evidence", "failed".
[[nodiscard]] std::string_view NameOf(GateStatus status);

// The verdict, the warnings, the table, the demands.
[[nodiscard]] std::string CompareText(const CompareAnswer& answer, results::TextStyle style);
// The same for programs.
[[nodiscard]] std::string CompareJson(const CompareAnswer& answer);

}  // namespace bench
