#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "batcher/runtime/observer.h"
#include "results/lib/ledger.h"

namespace bench {

// Call numbers from here on belong to calls before the run, which are not recorded.
inline constexpr std::uint64_t kWarmUpCalls = std::uint64_t{1} << 62U;

// A sentence for results that belonged to no key.
[[nodiscard]] std::string MismatchNote(std::uint64_t results);

// Keeps the ledger of a batcher in real time, and writes a line to the log for each batch that
// failed.
class Recorder final : public batcher::Observer {
 public:
  void OnCall(const batcher::CallRecord& call) override;
  void OnBatch(const batcher::BatchRecord& batch, std::string_view message) override;
  void OnRefused(const batcher::CallRecord& call) override { OnCall(call); }
  void OnMismatches(std::size_t results) override;
  void OnCallbackThrew(std::string_view what) override;

  // Waits until `calls` calls are recorded; false if a stop is requested first.
  bool WaitFor(std::uint64_t calls, const std::stop_token& stop);
  [[nodiscard]] std::uint64_t calls() const;

  // The ledger, once the batcher is gone; its times counted from `start`.
  [[nodiscard]] results::Ledger Take(batcher::Instant start);
  // What went wrong besides, in sentences.
  [[nodiscard]] std::vector<std::string> Notes() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any recorded_;
  results::Ledger ledger_;            // Guarded by mutex_.
  std::uint64_t awaited_ = 0;         // Guarded by mutex_. 0: nobody waits.
  std::uint64_t failed_batches_ = 0;  // Guarded by mutex_.
  std::uint64_t mismatches_ = 0;      // Guarded by mutex_.
};

}  // namespace bench
