#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "results/lib/cluster.h"
#include "results/lib/ledger.h"
#include "results/lib/quantities.h"

namespace results {

// A quantity by which two results are compared, by the name that thresholds use.
struct ComparedQuantity {
  std::string_view name;  // "latency.p99"
  QuantityUnit unit = QuantityUnit::kNumber;
  bool more_is_worse = true;
};

// "latency.mean", "latency.p50", "latency.p90", "latency.p99", "wait.mean", "requests_saved",
// "calls_per_batch.mean", "credits_per_call", "errors" (the share of the calls that failed).
[[nodiscard]] const std::vector<ComparedQuantity>& ComparedQuantities();

// What one run knows of them: the interval of a quantity at a level, from blocks of its batches
// (cluster.h).
// None: the run is too short for it (EvidenceNeeded, for quantiles), or has no such thing.
class KnownQuantities {
 public:
  explicit KnownQuantities(const Ledger& ledger);

  // `quantity` counts within ComparedQuantities(). REQUIRES: 0 < level < 1.
  [[nodiscard]] std::optional<Interval> At(std::size_t quantity, double level) const;

 private:
  std::size_t batches_;
  std::vector<ClusterValue> latencies_;  // of answered calls, in milliseconds
  // Sums over blocks of batches that follow one another:
  std::vector<ClusterSum> latency_;    // the same, added up
  std::vector<ClusterSum> wait_;       // of answered calls, in milliseconds
  std::vector<ClusterSum> requests_;   // HTTP requests, over calls
  std::vector<ClusterSum> per_batch_;  // calls, over batches
  std::vector<ClusterSum> credits_;    // over calls
  std::vector<ClusterSum> failures_;   // calls that failed, over calls
};

}  // namespace results
