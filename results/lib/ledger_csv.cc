#include "results/lib/ledger_csv.h"

namespace results {
namespace {

template <class Stamps>
void AddStampColumns(const Stamps& stamps, std::vector<std::string>& columns) {
  for (const auto& stamp : stamps) {
    columns.push_back(std::string(stamp.name) + "_ns");
  }
}

std::uint64_t Unsigned(std::uint32_t value) { return value; }

void AddTime(batcher::Duration time, CsvFile& csv) { csv.Number(std::int64_t{time.count()}); }

// Credits come in halves; written by hand because to_chars of a double is ten times as slow.
void AddCredits(double credits, CsvFile& csv) {
  const auto halves = static_cast<std::uint64_t>(credits * 2);
  if (halves % 2 == 0) {
    csv.Number(halves / 2);
  } else {
    csv.Text(std::to_string(halves / 2) + ".5");
  }
}

template <class Record>
std::optional<batcher::Error> WriteRows(const std::filesystem::path& path,
                                        const std::vector<std::string>& columns,
                                        const std::vector<Record>& records) {
  batcher::Result<CsvFile> csv = CsvFile::Create(path, columns);
  if (!csv) {
    return csv.error();
  }
  for (const Record& record : records) {
    AddRow(record, *csv);
  }
  return csv->Close();
}

}  // namespace

std::vector<std::string> CallColumns() {
  std::vector<std::string> columns = {"call", "key", "batch", "position", "endpoint", "outcome"};
  AddStampColumns(kCallStamps, columns);
  return columns;
}

std::vector<std::string> BatchColumns() {
  std::vector<std::string> columns = {"batch",    "reason",     "endpoint",    "calls",  "entries",
                                      "attempts", "accepted",   "polls",       "status", "outcome",
                                      "credits",  "first_call", "timer_lag_ns"};
  AddStampColumns(kBatchStamps, columns);
  return columns;
}

void AddRow(const batcher::CallRecord& call, CsvFile& csv) {
  csv.Number(call.call);
  csv.Number(call.key);
  if (call.batch == batcher::kNoBatch) {
    csv.Empty();
    csv.Empty();
  } else {
    csv.Number(call.batch);
    csv.Number(Unsigned(call.position));
  }
  csv.Text(Name(call.endpoint));
  csv.Text(Name(call.outcome));
  for (const auto& stamp : kCallStamps) {
    AddTime((call.*stamp.at).time_since_epoch(), csv);
  }
  csv.EndRow();
}

void AddRow(const batcher::BatchRecord& batch, CsvFile& csv) {
  csv.Number(batch.batch);
  csv.Text(Name(batch.reason));
  csv.Text(Name(batch.endpoint));
  csv.Number(Unsigned(batch.calls));
  csv.Number(Unsigned(batch.entries));
  csv.Number(Unsigned(batch.attempts));
  csv.Number(Unsigned(batch.accepted));
  csv.Number(Unsigned(batch.polls));
  if (batch.status == 0) {
    csv.Empty();
  } else {
    csv.Number(std::int64_t{batch.status});
  }
  csv.Text(Name(batch.outcome));
  AddCredits(Credits(batch), csv);
  csv.Number(batch.first_call);
  AddTime(batch.timer_lag, csv);
  for (const auto& stamp : kBatchStamps) {
    AddTime((batch.*stamp.at).time_since_epoch(), csv);
  }
  csv.EndRow();
}

std::optional<batcher::Error> WriteLedger(const std::filesystem::path& directory,
                                          const Ledger& ledger) {
  if (auto error = WriteRows(directory / "calls.csv", CallColumns(), ledger.calls)) {
    return error;
  }
  return WriteRows(directory / "batches.csv", BatchColumns(), ledger.batches);
}

}  // namespace results
