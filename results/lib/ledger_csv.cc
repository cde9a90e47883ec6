#include "results/lib/ledger_csv.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "batcher/recorder/ledger_rows.h"
#include "results/lib/run_files.h"

namespace results {
namespace {

constexpr std::size_t kWriteAt = std::size_t{64} * 1024;

template <class Record>
std::optional<batcher::Error> WriteRows(const std::filesystem::path& path, std::string_view header,
                                        const std::vector<Record>& records) {
  return WriteFileAtOnce(path, [&](const TextSink& write) {
    write(header);
    std::string rows;
    rows.reserve(kWriteAt + batcher::kLongestRow);
    for (const Record& record : records) {
      AppendRow(record, rows);
      if (rows.size() >= kWriteAt) {
        write(rows);
        rows.clear();
      }
    }
    write(rows);
  });
}

}  // namespace

std::optional<batcher::Error> WriteLedger(const std::filesystem::path& directory,
                                          const Ledger& ledger) {
  // So that rows of two runs never stand side by side, not even after a kill.
  std::error_code ignored;
  std::filesystem::remove(directory / "batches.csv", ignored);
  if (auto error = WriteRows(directory / "calls.csv", batcher::CallHeader(), ledger.calls)) {
    return error;
  }
  return WriteRows(directory / "batches.csv", batcher::BatchHeader(), ledger.batches);
}

}  // namespace results
