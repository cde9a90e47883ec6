#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "batcher/base/time.h"
#include "results/lib/clairvoyant.h"
#include "results/lib/ledger.h"

namespace results {

// How much more a run has cost than the same arrivals must: price x batches + the waits of all
// calls from their submit until their batch was dispatched, against the least such cost of anybody
// who knows all arrivals beforehand and has slots and batches without limit (see clairvoyant.h). So
// it holds what the policy lacks, which cannot know, and what limits of size and slots have cost.
struct Regret {
  batcher::Duration price{0};  // of a batch, in waiting of one call
  std::uint64_t calls = 0;     // that left with a batch
  Batching run = {};
  Batching least = {};

  // Cost of the run over the least cost: 1 or more. A batch that leaves when the waits of its calls
  // sum up to the price keeps it at 2 or below, whatever arrives; no deterministic policy that does
  // not know the arrivals can promise less. Source: Dooly, Goldman, Scott, On-line analysis of the
  // TCP acknowledgment delay problem, Journal of the ACM 48 (2001).
  [[nodiscard]] double Ratio() const;
};

// `ledger` in order (SortLedger). None where nothing can be said: no call left with a batch, more
// than kMostCallsValued did, a call joined a batch in flight (it needs no batch of its own, so
// there may be less than the least cost), or numbers beyond 292 years of waiting. REQUIRES: price >
// 0.
[[nodiscard]] std::optional<Regret> RegretOf(const Ledger& ledger, batcher::Duration price);

// "at 20 ms a batch, 1.38 x the least cost: 546 batches and 27 ms of waiting a call, where 390 and
// 22 ms would do for who knows all calls beforehand".
[[nodiscard]] std::string RegretSentence(const Regret& regret);

}  // namespace results
