#include "results/lib/ledger_read.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>

#include "batcher/recorder/ledger_rows.h"

namespace results {
namespace {

using batcher::BatchRecord;
using batcher::CallRecord;
using batcher::Error;
using batcher::Result;

// From the start of a run: 73 years.
constexpr std::int64_t kFarthestNs = std::int64_t{1} << 61;

// The fields of one row, in order. Whatever is wrong with one makes the whole row wrong.
class Fields {
 public:
  explicit Fields(std::string_view row) : rest_(row) {}

  template <class Integer>
  void Number(Integer& value) {
    const std::string_view text = Next();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    good_ = good_ && error == std::errc() && end == text.data() + text.size();
  }
  // An empty field leaves the value as it is.
  template <class Integer>
  void NumberIfAny(Integer& value) {
    if (rest_.empty() || rest_.front() == ',') {
      Next();
    } else {
      Number(value);
    }
  }
  template <class Names, class Enum>
  void Word(const Names& names, Enum& value) {
    const auto found = std::ranges::find(names, Next());
    good_ = good_ && found != names.end();
    value = static_cast<Enum>(found - names.begin());
  }
  // Stamps never decrease, and differences of any two fit a Duration.
  template <class Record, class Stamps>
  void Times(const Stamps& stamps, Record& record) {
    std::int64_t least = -kFarthestNs;
    for (const auto& stamp : stamps) {
      std::int64_t nanoseconds = 0;
      Number(nanoseconds);
      good_ = good_ && nanoseconds >= least && nanoseconds <= kFarthestNs;
      least = nanoseconds;
      record.*stamp.at = batcher::Instant(batcher::Duration(nanoseconds));
    }
  }
  void Skip() { Next(); }

  // Whether all fields were right and there are no more.
  [[nodiscard]] bool good() const { return good_ && ended_; }

 private:
  std::string_view Next() {
    good_ = good_ && !ended_;
    const std::size_t comma = rest_.find(',');
    const std::string_view field = rest_.substr(0, comma);
    ended_ = comma == std::string_view::npos;
    rest_.remove_prefix(ended_ ? rest_.size() : comma + 1);
    return field;
  }

  std::string_view rest_;
  bool good_ = true;
  bool ended_ = false;
};

void Read(Fields& fields, CallRecord& call) {
  fields.Number(call.call);
  fields.Number(call.key);
  fields.NumberIfAny(call.batch);
  fields.NumberIfAny(call.position);
  fields.Word(batcher::kEndpointNames, call.endpoint);
  fields.Word(batcher::kOutcomeNames, call.outcome);
  fields.Times(kCallStamps, call);
}

void Read(Fields& fields, BatchRecord& batch) {
  fields.Number(batch.batch);
  fields.Word(batcher::kFlushReasonNames, batch.reason);
  fields.Word(batcher::kEndpointNames, batch.endpoint);
  fields.Number(batch.calls);
  fields.Number(batch.entries);
  fields.Number(batch.attempts);
  fields.Number(batch.accepted);
  fields.Number(batch.polls);
  fields.NumberIfAny(batch.status);
  fields.Word(batcher::kOutcomeNames, batch.outcome);
  fields.Skip();  // The credits follow from the others.
  fields.Number(batch.first_call);
  std::int64_t lag = 0;
  fields.Number(lag);
  batch.timer_lag = batcher::Duration(lag);
  fields.Times(kBatchStamps, batch);
}

template <class Record>
std::optional<Error> ReadRows(std::string_view name, std::string_view header, std::string_view text,
                              std::vector<Record>& records) {
  if (!text.starts_with(header)) {
    return Error{fmt::format("{}: found other columns than a run of this version writes", name)};
  }
  text.remove_prefix(header.size());
  for (std::size_t line = 2; !text.empty(); ++line) {
    const std::size_t end = text.find('\n');
    Fields fields(text.substr(0, end));
    Record record;
    Read(fields, record);
    if (end == std::string_view::npos || !fields.good()) {
      return Error{fmt::format("{}: line {} is no row of it", name, line)};
    }
    records.push_back(record);
    text.remove_prefix(end + 1);
  }
  return std::nullopt;
}

Result<std::string> ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    return Error{
        fmt::format("cannot read {}: {}", path.string(), std::generic_category().message(errno))};
  }
  return std::move(text).str();
}

}  // namespace

Result<Ledger> ParseLedger(std::string_view calls_csv, std::string_view batches_csv) {
  Ledger ledger;
  if (auto error = ReadRows("calls.csv", batcher::CallHeader(), calls_csv, ledger.calls)) {
    return *std::move(error);
  }
  if (auto error = ReadRows("batches.csv", batcher::BatchHeader(), batches_csv, ledger.batches)) {
    return *std::move(error);
  }
  return ledger;
}

Result<Ledger> ReadLedger(const std::filesystem::path& directory) {
  const Result<std::string> calls = ReadFile(directory / "calls.csv");
  if (!calls) {
    return calls.error();
  }
  const Result<std::string> batches = ReadFile(directory / "batches.csv");
  if (!batches) {
    return batches.error();
  }
  Result<Ledger> ledger = ParseLedger(*calls, *batches);
  if (!ledger) {
    return Error{(directory / "").string() + ledger.error().message};
  }
  return ledger;
}

}  // namespace results
