// Goal: calls.csv and batches.csv are read or refused whatever their bytes, and what is read is
// written again as rows that read as the same.
// Method: the rows of calls, an empty line, the rows of batches; the headers are put before them.

#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/check.h"
#include "batcher/recorder/ledger_rows.h"
#include "results/lib/ledger_read.h"
#include "tests/fuzz/input.h"

namespace batchlab {
namespace {

template <class Record>
std::string Written(std::string rows, const std::vector<Record>& records) {
  for (const Record& record : records) {
    const std::size_t before = rows.size();
    batcher::AppendRow(record, rows);
    CHECK(rows.size() - before <= batcher::kLongestRow);
  }
  return rows;
}

void Try(Input input) {
  std::string calls = batcher::CallHeader();
  for (std::string_view row = input.TakeLine(); !row.empty(); row = input.TakeLine()) {
    calls.append(row) += '\n';
  }
  const std::string batches = batcher::BatchHeader() + std::string(input.rest());
  const auto ledger = results::ParseLedger(calls, batches);
  if (!ledger) {
    const std::string& message = ledger.error().message;
    CHECK(message.starts_with("calls.csv: ") || message.starts_with("batches.csv: "));
    return;
  }
  const std::string calls_again = Written(batcher::CallHeader(), ledger->calls);
  const std::string batches_again = Written(batcher::BatchHeader(), ledger->batches);
  const auto again = results::ParseLedger(calls_again, batches_again);
  CHECK(again.has_value());
  CHECK(Written(batcher::CallHeader(), again->calls) == calls_again);
  CHECK(Written(batcher::BatchHeader(), again->batches) == batches_again);
}

}  // namespace
}  // namespace batchlab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  batchlab::Try(batchlab::Input(data, size));
  return 0;
}
