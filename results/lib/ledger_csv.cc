#include "results/lib/ledger_csv.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/recorder/ledger_rows.h"
#include "batcher/recorder/row_file.h"

namespace results {
namespace {

constexpr std::size_t kWriteAt = std::size_t{64} * 1024;

template <class Record>
std::optional<batcher::Error> WriteRows(const std::filesystem::path& path, std::string_view header,
                                        const std::vector<Record>& records) {
  batcher::Result<batcher::RowFile> file = batcher::RowFile::Create(path.string(), header);
  if (!file) {
    return file.error();
  }
  std::string rows;
  rows.reserve(kWriteAt + batcher::kLongestRow);
  for (const Record& record : records) {
    AppendRow(record, rows);
    if (rows.size() >= kWriteAt) {
      if (auto error = file->Write(rows)) {
        return error;
      }
      rows.clear();
    }
  }
  return file->Write(rows);
}

}  // namespace

std::optional<batcher::Error> WriteLedger(const std::filesystem::path& directory,
                                          const Ledger& ledger) {
  if (auto error = WriteRows(directory / "calls.csv", batcher::CallHeader(), ledger.calls)) {
    return error;
  }
  return WriteRows(directory / "batches.csv", batcher::BatchHeader(), ledger.batches);
}

}  // namespace results
