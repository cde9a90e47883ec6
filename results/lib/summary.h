#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "batcher/core/outcome.h"
#include "results/lib/ledger.h"
#include "results/lib/time_statistics.h"

namespace results {

// A call that belongs to no burst.
inline constexpr std::uint32_t kNoBurst = std::numeric_limits<std::uint32_t>::max();

// What the ledger does not know.
struct SummaryExtras {
  // The burst of each call, by call number, kNoBurst for a call of none.
  std::vector<std::uint32_t> burst_of_call = {};
  // How much longer than modelled the mock server took, for each of its answers. None in virtual
  // time and against a live service.
  std::optional<std::vector<batcher::Duration>> server_delay_errors = {};
};

// One run in numbers. The names are those of run.json, where times are in milliseconds;
// results/README.md gives the formula of each.
struct Summary {
  std::uint64_t calls = 0;
  std::uint64_t batches = 0;
  std::uint64_t http_requests = 0;  // attempts and polls
  std::uint64_t retries = 0;        // attempts beyond the first of each batch
  std::uint64_t polls = 0;
  std::optional<double>
      requests_saved;  // 1 - http_requests / calls; may be negative. None: no calls
  double credits = 0;
  std::uint64_t calls_in_batches = 0;  // that left the queue with a batch
  double calls_per_batch_mean = 0;     // 0 without batches
  std::uint64_t calls_per_batch_max = 0;
  std::uint64_t lone_calls = 0;   // batches of one call
  std::uint64_t dedup_saved = 0;  // calls that shared the entry of another
  std::uint64_t errors = 0;       // calls that the service did not answer
  std::array<std::uint64_t, batcher::kOutcomeNames.size()> outcomes{};           // calls
  std::array<std::uint64_t, batcher::kFlushReasonNames.size()> flush_reasons{};  // batches

  // Over answered calls; their evidence is the number of batches that answered them.
  TimeStatistics latency;
  TimeStatistics wait;
  Parts mean_parts;  // they sum to latency.mean, but for the rounding of each

  TimeStatistics generator_lateness;  // over all calls
  TimeStatistics timer_lag;           // over batches
  // Over the bursts of which every call was answered; their evidence is the number of these bursts.
  std::optional<TimeStatistics> burst_completion;
  std::uint64_t incomplete_bursts = 0;               // the others
  std::optional<TimeStatistics> server_delay_error;  // over the answers of the mock server
};

[[nodiscard]] Summary Summarise(const Ledger& ledger, const SummaryExtras& extras);

}  // namespace results
