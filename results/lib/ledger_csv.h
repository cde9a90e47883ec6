#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "batcher/base/result.h"
#include "results/lib/csv_file.h"
#include "results/lib/ledger.h"

namespace results {

// The columns of calls.csv and of batches.csv; results/README.md says what each holds. Times are
// integer nanoseconds since the start of the run; what a record does not have is an empty field.
[[nodiscard]] std::vector<std::string> CallColumns();
[[nodiscard]] std::vector<std::string> BatchColumns();

// REQUIRES: `csv` was created with the columns of the record's kind.
void AddRow(const batcher::CallRecord& call, CsvFile& csv);
void AddRow(const batcher::BatchRecord& batch, CsvFile& csv);

// Writes calls.csv and batches.csv into `directory`, in the order of the ledger (sort it first).
[[nodiscard]] std::optional<batcher::Error> WriteLedger(const std::filesystem::path& directory,
                                                        const Ledger& ledger);

}  // namespace results
