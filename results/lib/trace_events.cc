#include "results/lib/trace_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "batcher/core/outcome.h"

namespace results {
namespace {

using batcher::BatchRecord;
using batcher::CallRecord;
using batcher::Duration;
using batcher::Instant;

constexpr int kBatches = 1;  // "processes" of the format: groups of rows
constexpr int kCalls = 2;

// Rows on which nothing overlaps: the lowest that is free.
class Rows {
 public:
  // REQUIRES: `from` does not decrease from call to call.
  std::size_t Take(Instant from, Instant to) {
    while (!busy_.empty() && busy_.top().first <= from) {
      free_.push(busy_.top().second);
      busy_.pop();
    }
    std::size_t row = rows_;
    if (free_.empty()) {
      ++rows_;
    } else {
      row = free_.top();
      free_.pop();
    }
    busy_.emplace(to, row);
    return row;
  }
  [[nodiscard]] std::size_t size() const { return rows_; }

 private:
  template <class T>
  using LeastFirst = std::priority_queue<T, std::vector<T>, std::greater<>>;

  LeastFirst<std::pair<Instant, std::size_t>> busy_;  // until when, which
  LeastFirst<std::size_t> free_;
  std::size_t rows_ = 0;
};

// Microseconds, to the nanosecond.
std::string Micros(std::int64_t nanoseconds) {
  return fmt::format("{}.{:03}", nanoseconds / 1000, nanoseconds % 1000);
}
std::string At(Instant instant) { return Micros(instant.time_since_epoch().count()); }

// A row of a group.
struct Track {
  int group = 0;
  std::size_t row = 0;
};

class Events {
 public:
  explicit Events(const TextSink& write) : write_(write) {
    write_(R"({"displayTimeUnit":"ms","traceEvents":[)");
  }
  void End() { write_("\n]}\n"); }

  void Name(int group, std::string_view name) {
    Add(fmt::format(R"("ph":"M","name":"process_name","pid":{},"args":{{"name":"{}"}})", group,
                    name));
  }
  void NameRow(int group, std::size_t row, std::string_view name) {
    Add(fmt::format(R"("ph":"M","name":"thread_name","pid":{},"tid":{},"args":{{"name":"{}"}})",
                    group, row, name));
  }
  // `more`: further fields, each after a comma; empty: none.
  void Slice(Track track, std::string_view name, Instant from, Instant to,
             std::string_view more = "") {
    Add(fmt::format(R"("ph":"X","name":"{}","pid":{},"tid":{},"ts":{},"dur":{}{})", name,
                    track.group, track.row, At(from), Micros((to - from).count()), more));
  }
  // Inside of a slice: a part that takes no time is left out.
  void Part(Track track, std::string_view name, Instant from, Instant to) {
    if (to > from) {
      Slice(track, name, from, to);
    }
  }
  // One end of the arrow of a call; `phase` is "s" or "f".
  void Arrow(std::string_view phase, std::uint64_t call, int group, std::size_t row, Instant at) {
    Add(fmt::format(
        R"("ph":"{}","bp":"e","name":"leaves with","cat":"leaves","id":{},"pid":{},"tid":{},"ts":{})",
        phase, call, group, row, At(at)));
  }

 private:
  void Add(std::string_view fields) {
    write_(first_ ? "\n{" : ",\n{");
    write_(fields);
    write_("}");
    first_ = false;
  }

  const TextSink& write_;
  bool first_ = true;
};

template <class Record>
std::vector<const Record*> InOrderOf(const std::vector<Record>& records, Instant Record::*at) {
  std::vector<const Record*> order;
  order.reserve(records.size());
  for (const Record& record : records) {
    order.push_back(&record);
  }
  std::ranges::stable_sort(order, {}, [at](const Record* record) { return record->*at; });
  return order;
}

std::string Facts(const BatchRecord& batch) {
  return fmt::format(
      R"(,"args":{{"calls":{},"entries":{},"reason":"{}","endpoint":"{}","attempts":{},"polls":{},"status":{},"outcome":"{}"}})",
      batch.calls, batch.entries, batcher::Name(batch.reason), batcher::Name(batch.endpoint),
      batch.attempts, batch.polls, batch.status, batcher::Name(batch.outcome));
}

}  // namespace

void WriteTraceEvents(const Ledger& ledger, const TextSink& write) {
  Events events(write);
  events.Name(kBatches, "batches in flight");
  events.Name(kCalls, "calls");
  Rows batch_rows;
  std::unordered_map<std::uint64_t, std::size_t> row_of_batch;
  for (const BatchRecord* batch : InOrderOf(ledger.batches, &BatchRecord::dispatched)) {
    const std::size_t row = batch_rows.Take(batch->dispatched, batch->replied);
    row_of_batch[batch->batch] = row;
    events.Slice({kBatches, row}, fmt::format("batch of {}", batch->calls), batch->dispatched,
                 batch->replied, Facts(*batch));
    events.Part({kBatches, row}, "send", batch->dispatched, batch->sent);
    events.Part({kBatches, row}, "retry", batch->sent, batch->attempted);
    events.Part({kBatches, row}, "server", batch->attempted, batch->answered);
    events.Part({kBatches, row}, "poll quantisation", batch->answered, batch->replied);
  }
  for (std::size_t row = 0; row < batch_rows.size(); ++row) {
    events.NameRow(kBatches, row, fmt::format("batch {}", row + 1));
  }
  Rows call_rows;
  for (const CallRecord* call : InOrderOf(ledger.calls, &CallRecord::intended)) {
    const std::size_t row = call_rows.Take(call->intended, call->delivered);
    events.Slice({kCalls, row}, fmt::format("call {}", call->call), call->intended, call->delivered,
                 fmt::format(R"(,"args":{{"key":{},"outcome":"{}"}})", call->key,
                             batcher::Name(call->outcome)));
    for (std::size_t i = 0; i < kParts.size(); ++i) {
      std::string name(kParts[i].name);
      std::ranges::replace(name, '_', ' ');
      events.Part({kCalls, row}, name, call->*kCallStamps[i].at, call->*kCallStamps[i + 1].at);
    }
    const auto batch = row_of_batch.find(call->batch);
    if (batch != row_of_batch.end()) {
      events.Arrow("s", call->call, kCalls, row, call->dispatched);
      events.Arrow("f", call->call, kBatches, batch->second, call->dispatched);
    }
  }
  events.End();
}

}  // namespace results
