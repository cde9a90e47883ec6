#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "batcher/base/time.h"
#include "batcher/core/outcome.h"
#include "results/lib/ledger.h"
#include "results/lib/time_statistics.h"

namespace results {

// What a service did wrong on purpose in a run.
struct FaultsDone {
  // How often each kind of fault was done, by name.
  std::vector<std::pair<std::string, std::uint64_t>> injected = {};
  // The requests that met one, by the number of the call that they were for, of a batch its first;
  // in any order, a number as often as it was hit.
  std::vector<std::uint64_t> first_calls = {};
  // When nobody listened, each from its beginning to its end.
  std::vector<std::pair<batcher::Instant, batcher::Instant>> downtimes = {};
  // Charged for answers that nobody could read.
  double credits_lost = 0;
};

// Of the batches that met a fault, or of the others.
struct FaultGroup {
  std::uint64_t batches = 0;
  std::uint64_t calls = 0;    // of these batches
  std::uint64_t retries = 0;  // attempts beyond the first of each batch
  std::uint64_t polls = 0;
  double extra_credits = 0;  // beyond those of one accepted attempt of each batch
  std::array<std::uint64_t, batcher::kOutcomeNames.size()> outcomes{};  // calls
  TimeStatistics latency = {};  // of answered calls; its evidence is the number of their batches
};

// What was done wrong on purpose, what callers saw of it, and what it cost. A batch is hit if one
// of its requests met a fault, or if it was under way while nobody listened.
struct FaultStory {
  std::vector<std::pair<std::string, std::uint64_t>> injected = {};
  FaultGroup hit = {};
  FaultGroup others = {};
  double credits_lost = 0;
};

// `ledger` in order (SortLedger).
[[nodiscard]] FaultStory TellOfFaults(const Ledger& ledger, FaultsDone done);

// For people, a line each without its end: what was injected, what callers saw, what it cost.
[[nodiscard]] std::vector<std::string> FaultLines(const FaultStory& story);

}  // namespace results
