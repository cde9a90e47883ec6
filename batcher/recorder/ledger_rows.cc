#include "batcher/recorder/ledger_rows.h"

#include <charconv>
#include <cstdint>
#include <cstring>

#include "batcher/core/credits.h"

namespace batcher {
namespace {

// One row, made on the stack: a growing string would look at its room for every digit. What stands
// behind the end is never read.  NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init)
class Row {
 public:
  template <class Integer>
  void Number(Integer value) {
    end_ = std::to_chars(end_, row_.data() + row_.size(), value).ptr;
    Empty();
  }
  void Text(std::string_view text) {
    std::memcpy(end_, text.data(), text.size());
    end_ += text.size();
    Empty();
  }
  void Time(Duration time) { Number(std::int64_t{time.count()}); }
  void Empty() { *end_++ = ','; }

  void AppendTo(std::string& rows) {
    end_[-1] = '\n';
    rows.append(row_.data(), end_);
  }

 private:
  std::array<char, kLongestRow> row_;
  char* end_ = row_.data();
};

template <class Record, class Stamps>
void AddStamps(const Record& record, const Stamps& stamps, Row& row) {
  for (const auto& stamp : stamps) {
    row.Time((record.*stamp.at).time_since_epoch());
  }
}

// Credits come in halves; written by hand because to_chars of a double is ten times as slow.
void AddCredits(std::uint64_t halves, Row& row) {
  if (halves % 2 == 0) {
    row.Number(halves / 2);
  } else {
    row.Text(std::to_string(halves / 2) + ".5");
  }
}

template <class Stamps>
std::string Header(std::string columns, const Stamps& stamps) {
  for (const auto& stamp : stamps) {
    columns += ',';
    columns += stamp.name;
    columns += "_ns";
  }
  return columns + '\n';
}

}  // namespace

std::string CallHeader() { return Header("call,key,batch,position,endpoint,outcome", kCallStamps); }

std::string BatchHeader() {
  return Header(
      "batch,reason,endpoint,calls,entries,attempts,accepted,polls,status,outcome,credits,"
      "first_call,timer_lag_ns",
      kBatchStamps);
}

void AppendRow(const CallRecord& call, std::string& rows) {
  Row row;
  row.Number(call.call);
  row.Number(call.key);
  if (call.batch == kNoBatch) {
    row.Empty();
    row.Empty();
  } else {
    row.Number(call.batch);
    row.Number(call.position);
  }
  row.Text(Name(call.endpoint));
  row.Text(Name(call.outcome));
  AddStamps(call, kCallStamps, row);
  row.AppendTo(rows);
}

void AppendRow(const BatchRecord& batch, std::string& rows) {
  Row row;
  row.Number(batch.batch);
  row.Text(Name(batch.reason));
  row.Text(Name(batch.endpoint));
  row.Number(batch.calls);
  row.Number(batch.entries);
  row.Number(batch.attempts);
  row.Number(batch.accepted);
  row.Number(batch.polls);
  if (batch.status == 0) {
    row.Empty();
  } else {
    row.Number(batch.status);
  }
  row.Text(Name(batch.outcome));
  AddCredits(HalfCreditsOf(batch), row);
  row.Number(batch.first_call);
  row.Time(batch.timer_lag);
  AddStamps(batch, kBatchStamps, row);
  row.AppendTo(rows);
}

}  // namespace batcher
