#include "results/lib/fingerprint.h"

#include <fmt/format.h>

#include "batcher/base/random.h"

namespace results {
namespace {

// Takes numbers one by one, so that the padding of records never counts.
class Hash {
 public:
  void Add(std::uint64_t number) { state_ = batcher::Mix(state_ ^ number); }
  void Add(batcher::Duration time) { Add(static_cast<std::uint64_t>(time.count())); }
  void Add(batcher::Instant at) { Add(at.time_since_epoch()); }

  [[nodiscard]] std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0;
};

void AddRecord(const batcher::CallRecord& call, Hash& hash) {
  hash.Add(call.call);
  hash.Add(call.key);
  hash.Add(call.batch);
  hash.Add(call.position);
  hash.Add(static_cast<std::uint64_t>(call.endpoint));
  hash.Add(static_cast<std::uint64_t>(call.outcome));
  for (const auto& stamp : kCallStamps) {
    hash.Add(call.*stamp.at);
  }
}

void AddRecord(const batcher::BatchRecord& batch, Hash& hash) {
  hash.Add(batch.batch);
  hash.Add(static_cast<std::uint64_t>(batch.reason));
  hash.Add(static_cast<std::uint64_t>(batch.endpoint));
  hash.Add(batch.calls);
  hash.Add(batch.entries);
  hash.Add(batch.attempts);
  hash.Add(batch.accepted);
  hash.Add(batch.polls);
  hash.Add(static_cast<std::uint64_t>(batch.status));
  hash.Add(static_cast<std::uint64_t>(batch.outcome));
  hash.Add(batch.timer_lag);
  hash.Add(batch.first_call);
  for (const auto& stamp : kBatchStamps) {
    hash.Add(batch.*stamp.at);
  }
}

}  // namespace

std::uint64_t Fingerprint(const Ledger& ledger) {
  Hash hash;
  hash.Add(ledger.calls.size());
  hash.Add(ledger.batches.size());
  for (const batcher::CallRecord& call : ledger.calls) {
    AddRecord(call, hash);
  }
  for (const batcher::BatchRecord& batch : ledger.batches) {
    AddRecord(batch, hash);
  }
  return hash.value();
}

std::string FormatFingerprint(std::uint64_t fingerprint) {
  return fmt::format("{:016x}", fingerprint);
}

}  // namespace results
