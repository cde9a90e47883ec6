#pragma once

#include <filesystem>
#include <optional>

#include "batcher/base/result.h"
#include "results/lib/ledger.h"

namespace results {

// Writes calls.csv and batches.csv (their columns and rows are those of
// batcher/recorder/ledger_rows.h) into `directory`, in the order of the ledger (sort it first).
// Each file is there as a whole or not at all.
[[nodiscard]] std::optional<batcher::Error> WriteLedger(const std::filesystem::path& directory,
                                                        const Ledger& ledger);

}  // namespace results
