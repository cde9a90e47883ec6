#include "results/lib/violations.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace results {
namespace {

using batcher::BatchRecord;
using batcher::CallRecord;
using batcher::FormatDuration;

constexpr std::uint64_t kSentences = 10;

// Keeps the first sentences and counts the rest: a run with one mistake tends to have it
// everywhere.
class Findings {
 public:
  template <class... Values>
  void Add(fmt::format_string<Values...> sentence, Values&&... values) {
    ++count_;
    if (count_ <= kSentences) {
      sentences_.push_back(fmt::format(sentence, std::forward<Values>(values)...));
    }
  }

  [[nodiscard]] std::vector<std::string> Take() {
    if (count_ > kSentences) {
      sentences_.push_back(fmt::format("... and {} more", count_ - kSentences));
    }
    return std::move(sentences_);
  }

 private:
  std::vector<std::string> sentences_;
  std::uint64_t count_ = 0;
};

struct BatchAndCalls {
  const BatchRecord* batch = nullptr;
  std::uint64_t calls = 0;  // calls of the ledger that name it
};
using BatchesById = std::unordered_map<std::uint64_t, BatchAndCalls>;

std::string Text(batcher::Instant at) { return FormatDuration(at.time_since_epoch()); }

void CheckNumbers(const Ledger& ledger, std::optional<std::uint64_t> submitted,
                  Findings& findings) {
  if (submitted && *submitted != ledger.calls.size()) {
    findings.Add("{} calls were submitted, {} have an outcome", *submitted, ledger.calls.size());
  }
  std::vector<std::uint64_t> numbers(ledger.calls.size());
  std::ranges::transform(ledger.calls, numbers.begin(), &CallRecord::call);
  if (!std::ranges::is_sorted(numbers)) {
    std::ranges::sort(numbers);
  }
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    if (numbers[i] == numbers[i - 1]) {
      findings.Add("call {} has more than one outcome", numbers[i]);
    }
  }
}

template <class Record, class Stamps>
void CheckOrder(std::string_view kind, std::uint64_t number, const Record& record,
                const Stamps& stamps, Findings& findings) {
  for (std::size_t i = 1; i < stamps.size(); ++i) {
    const batcher::Instant before = record.*stamps[i - 1].at;
    const batcher::Instant after = record.*stamps[i].at;
    if (after < before) {
      findings.Add("{} {}: {} at {} is before {} at {}", kind, number, stamps[i].name, Text(after),
                   stamps[i - 1].name, Text(before));
    }
  }
}

BatchesById CheckBatches(const Ledger& ledger, Findings& findings) {
  BatchesById by_id;
  by_id.reserve(ledger.batches.size());
  for (const BatchRecord& batch : ledger.batches) {
    if (!by_id.try_emplace(batch.batch, BatchAndCalls{.batch = &batch}).second) {
      findings.Add("batch {} is recorded more than once", batch.batch);
    }
    if (batch.entries == 0 || batch.entries > batch.calls) {
      findings.Add("batch {} has {} entries for {} calls", batch.batch, batch.entries, batch.calls);
    }
    if (batch.accepted > batch.attempts) {
      findings.Add("batch {}: {} attempts were accepted of {} that were sent", batch.batch,
                   batch.accepted, batch.attempts);
    }
    CheckOrder("batch", batch.batch, batch, kBatchStamps, findings);
  }
  return by_id;
}

// The stamps of an answered call are those of its batch, some of them raised. `due` is left out: a
// call that was left over may have been due before the batch that took it at last. A batch that was
// submitted again may have been answered in parts, some of them before the last.
void CheckCauses(const CallRecord& call, const BatchRecord& batch, Findings& findings) {
  const auto check = [&](std::string_view name, batcher::Instant of_call,
                         batcher::Instant of_batch) {
    if (of_call < of_batch) {
      findings.Add("call {}: {} at {}, its batch {} only at {}", call.call, name, Text(of_call),
                   batch.batch, Text(of_batch));
    }
  };
  check("dispatched", call.dispatched, batch.dispatched);
  check("sent", call.sent, batch.sent);
  check("attempted", call.attempted, batch.attempted);
  check("answered", call.answered, batch.answered);
  if (batch.attempts <= 1) {
    check("replied", call.replied, batch.replied);
  }
}

void CheckPlace(const CallRecord& call, BatchesById& batches, Findings& findings) {
  if (call.batch == batcher::kNoBatch) {
    if (IsAnswered(call.outcome)) {
      findings.Add("call {} has the outcome {}, but no batch", call.call, Name(call.outcome));
    }
    return;
  }
  const auto found = batches.find(call.batch);
  if (found == batches.end()) {
    findings.Add("call {} names batch {}, which is not recorded", call.call, call.batch);
    return;
  }
  ++found->second.calls;
  const BatchRecord& batch = *found->second.batch;
  if (call.position >= batch.entries) {
    findings.Add("call {} is at position {} of batch {}, which has {} entries", call.call,
                 call.position, call.batch, batch.entries);
  }
  if (IsAnswered(call.outcome)) {
    CheckCauses(call, batch, findings);
  }
}

}  // namespace

std::vector<std::string> Violations(const Ledger& ledger, std::optional<std::uint64_t> submitted) {
  Findings findings;
  CheckNumbers(ledger, submitted, findings);
  BatchesById batches = CheckBatches(ledger, findings);
  for (const CallRecord& call : ledger.calls) {
    CheckOrder("call", call.call, call, kCallStamps, findings);
    if (PartsOf(call).Sum() != Latency(call)) {
      findings.Add("call {}: the parts sum to {}, its latency is {}", call.call,
                   FormatDuration(PartsOf(call).Sum()), FormatDuration(Latency(call)));
    }
    CheckPlace(call, batches, findings);
  }
  for (const BatchRecord& batch : ledger.batches) {
    // More is fine: a call may join a batch that is in flight.
    if (const std::uint64_t named = batches[batch.batch].calls; named < batch.calls) {
      findings.Add("batch {} left with {} calls, {} of them have an outcome", batch.batch,
                   batch.calls, named);
    }
  }
  return findings.Take();
}

}  // namespace results
