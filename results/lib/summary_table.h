#pragma once

#include <span>
#include <string>

#include "results/lib/summary.h"
#include "results/lib/table.h"

namespace results {

// One run among those that a table compares.
struct LabelledSummary {
  std::string label = {};  // the head of its column: "sim", "http", "window 10ms"
  Summary summary = {};
};

// What people read of one run, a row for each thing. A quantile without enough evidence is replaced
// by what it lacks: "-  needs 460 batches, this run had 6".
[[nodiscard]] std::string SummaryTable(const Summary& summary, TextStyle style = {});

// Several runs side by side, a column for each; with exactly two also what the second has more than
// the first. A quantile that lacks evidence reads "-  6 of 460 batches". Rows that are 0 or absent
// in all runs are left out, but for the first few.
[[nodiscard]] std::string SummaryTable(std::span<const LabelledSummary> runs, TextStyle style = {});

}  // namespace results
