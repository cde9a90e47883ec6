#pragma once

#include <filesystem>
#include <string_view>

#include "batcher/base/result.h"
#include "results/lib/ledger.h"

namespace results {

// Reads calls.csv and batches.csv of a result folder, as WriteLedger wrote them. An error names the
// file, and the line if it is one: other columns, a row that is torn or holds something else, such
// as stamps that decrease or lie more than 73 years from the start.
[[nodiscard]] batcher::Result<Ledger> ReadLedger(const std::filesystem::path& directory);

// The same of the texts of both files.
[[nodiscard]] batcher::Result<Ledger> ParseLedger(std::string_view calls_csv,
                                                  std::string_view batches_csv);

}  // namespace results
