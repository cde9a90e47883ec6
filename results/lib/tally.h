#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "batcher/core/records.h"
#include "results/lib/distributions.h"
#include "results/lib/histogram.h"
#include "results/lib/ledger.h"
#include "results/lib/summary.h"

namespace results {

// The counts that several runs add up, by name.
struct NamedCount {
  std::string_view name;
  std::uint64_t Summary::*count;
};
inline constexpr std::array<NamedCount, 10> kCounts = {{
    {"calls", &Summary::calls},
    {"batches", &Summary::batches},
    {"calls_in_batches", &Summary::calls_in_batches},
    {"http_requests", &Summary::http_requests},
    {"retries", &Summary::retries},
    {"polls", &Summary::polls},
    {"lone_calls", &Summary::lone_calls},
    {"dedup_saved", &Summary::dedup_saved},
    {"errors", &Summary::errors},
    {"incomplete_bursts", &Summary::incomplete_bursts},
}};

// What a record adds to the counts of a summary: all its members but the statistics of times and
// what Finish derives.
void CountCall(const batcher::CallRecord& call, Summary& counts);
void CountBatch(const batcher::BatchRecord& batch, Summary& counts);
// Counts of several runs, added up.
void AddCounts(const Summary& other, Summary& counts);
// The members that follow from the others: requests_saved, calls_per_batch_mean.
void FinishCounts(Summary& counts);

// A summary in the making, told of one record after the other, so that its memory does not grow
// with the run: times go into histograms, so its quantiles are within 0.05 %. Tallies of several
// runs merge, which is how their quantiles are pooled. A value; not thread-safe.
struct Tally {
  Summary counts = {};  // its statistics of times are empty
  std::uint64_t answering_batches = 0;
  Histogram latency = {};  // of answered calls, as all down to parts_sum
  Histogram wait = {};
  Parts parts_sum = {};
  Histogram generator_lateness = {};
  Histogram timer_lag = {};
  Histogram burst_completion = {};
  bool has_bursts = false;
  BatchSizes batch_sizes = {};

  void Count(const batcher::CallRecord& call) { CountCall(call, counts); }
  void Count(const batcher::BatchRecord& batch);
  // The times of a call that was counted; one that was not answered adds none but its lateness.
  // Calls of one batch must come one after the other.
  void AddTimes(const batcher::CallRecord& call);

  // Not into itself.
  void Merge(const Tally& other);

  [[nodiscard]] Summary Finish() const;

 private:
  std::uint64_t last_answering_ = batcher::kNoBatch;
};

}  // namespace results
