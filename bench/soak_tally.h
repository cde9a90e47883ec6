#pragma once

#include <cstddef>
#include <mutex>
#include <vector>

#include "batcher/runtime/observer.h"
#include "results/lib/tally.h"

namespace bench {

// Adds up what happens under each window of a soak; its memory does not grow with the calls.
// Thread-safe.
class SoakTally final : public batcher::Observer {
 public:
  explicit SoakTally(std::size_t windows) : tallies_(windows) {}

  // What ends from now on counts for that window.
  void Use(std::size_t window);

  void OnCall(const batcher::CallRecord& call) override;
  void OnRefused(const batcher::CallRecord& call) override { OnCall(call); }
  void OnBatch(const batcher::BatchRecord& batch, std::string_view message) override;
  batcher::Instant OnTurn(const batcher::BatcherLoad& load) override;

  // By window.
  [[nodiscard]] std::vector<results::Tally> tallies() const;
  [[nodiscard]] std::uint64_t calls() const;
  // Calls in the queue at one time.
  [[nodiscard]] std::size_t most_queued() const;

 private:
  mutable std::mutex mutex_;
  std::vector<results::Tally> tallies_;  // Guarded by mutex_.
  std::size_t window_ = 0;               // Guarded by mutex_.
  std::uint64_t calls_ = 0;              // Guarded by mutex_.
  std::size_t most_queued_ = 0;          // Guarded by mutex_.
};

}  // namespace bench
