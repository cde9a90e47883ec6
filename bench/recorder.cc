#include "bench/recorder.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <utility>

namespace bench {
namespace {

// A service that is down fails every batch: more lines would say nothing new.
constexpr std::uint64_t kMostLoggedFailures = 10;

std::string Counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

template <class Record, class Stamps>
void Shift(Record& record, const Stamps& stamps, batcher::Duration by) {
  for (const auto& stamp : stamps) {
    record.*stamp.at -= by;
  }
}

}  // namespace

std::string MismatchNote(std::uint64_t results) {
  return results == 1
             ? "1 result belonged to no key of its batch and was ignored."
             : fmt::format("{} results belonged to no key of their batch and were ignored.",
                           results);
}

void Recorder::OnCall(const batcher::CallRecord& call) {
  if (call.call >= kWarmUpCalls) {
    return;
  }
  const std::lock_guard lock(mutex_);
  ledger_.calls.push_back(call);
  if (awaited_ > 0 && ledger_.calls.size() >= awaited_) {
    recorded_.notify_all();
  }
}

void Recorder::OnBatch(const batcher::BatchRecord& batch, std::string_view message) {
  if (batch.first_call >= kWarmUpCalls) {
    return;
  }
  const std::lock_guard lock(mutex_);
  ledger_.batches.push_back(batch);
  if (batcher::IsFailed(batch.outcome) && failed_batches_++ < kMostLoggedFailures) {
    spdlog::warn("batch {} of {} failed after {}{}: {}: {}", batch.batch,
                 Counted(batch.calls, "call"), Counted(batch.attempts, "attempt"),
                 batch.polls > 0 ? " and " + Counted(batch.polls, "poll") : "",
                 batcher::Name(batch.outcome), message);
  }
}

void Recorder::OnMismatches(std::size_t results) {
  const std::lock_guard lock(mutex_);
  mismatches_ += results;
}

void Recorder::OnCallbackThrew(std::string_view what) { spdlog::error("a callback {}", what); }

bool Recorder::WaitFor(std::uint64_t calls, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  awaited_ = calls;
  return recorded_.wait(lock, stop, [&] { return ledger_.calls.size() >= calls; });
}

std::uint64_t Recorder::calls() const {
  const std::lock_guard lock(mutex_);
  return ledger_.calls.size();
}

results::Ledger Recorder::Take(batcher::Instant start) {
  const std::lock_guard lock(mutex_);
  results::Ledger ledger = std::exchange(ledger_, {});
  const batcher::Duration by = start.time_since_epoch();
  for (batcher::CallRecord& call : ledger.calls) {
    Shift(call, results::kCallStamps, by);
  }
  for (batcher::BatchRecord& batch : ledger.batches) {
    Shift(batch, results::kBatchStamps, by);
  }
  results::SortLedger(ledger);
  return ledger;
}

std::vector<std::string> Recorder::Notes() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> notes;
  if (failed_batches_ > kMostLoggedFailures) {
    notes.push_back(fmt::format("{} batches failed; the log names the first {}.", failed_batches_,
                                kMostLoggedFailures));
  }
  if (mismatches_ > 0) {
    notes.push_back(MismatchNote(mismatches_));
  }
  return notes;
}

}  // namespace bench
