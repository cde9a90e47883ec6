#include "results/lib/summary.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "results/lib/bursts.h"
#include "results/lib/tally.h"

namespace results {
namespace {

using batcher::BatchRecord;
using batcher::CallRecord;
using batcher::Duration;

void DescribeTimings(const Ledger& ledger, Summary& summary) {
  std::vector<Duration> lags;
  lags.reserve(ledger.batches.size());
  for (const BatchRecord& batch : ledger.batches) {
    lags.push_back(batch.timer_lag);
  }
  summary.timer_lag = Describe(std::move(lags), ledger.batches.size());
  std::vector<Duration> lateness;
  lateness.reserve(ledger.calls.size());
  for (const CallRecord& call : ledger.calls) {
    lateness.push_back(call.submitted - call.intended);
  }
  summary.generator_lateness = Describe(std::move(lateness), ledger.calls.size());
}

// Latency, wait and parts of the calls that were answered: those of the others say nothing about
// the service (a refused call would look fast, a timed out one is as slow as its limit).
void DescribeAnswered(const Ledger& ledger, Summary& summary) {
  std::vector<Duration> latencies;
  std::vector<Duration> waits;
  Parts sums;
  std::unordered_set<std::uint64_t> batches;
  for (const CallRecord& call : ledger.calls) {
    if (!IsAnswered(call.outcome)) {
      continue;
    }
    latencies.push_back(Latency(call));
    waits.push_back(Wait(call));
    batches.insert(call.batch);
    const Parts parts = PartsOf(call);
    for (const PartName& part : kParts) {
      sums.*part.length += parts.*part.length;
    }
  }
  for (const PartName& part : kParts) {
    summary.mean_parts.*part.length = MeanOf(sums.*part.length, latencies.size());
  }
  summary.latency = Describe(std::move(latencies), batches.size());
  summary.wait = Describe(std::move(waits), batches.size());
}

void DescribeBursts(const Ledger& ledger, const std::vector<std::uint32_t>& burst_of_call,
                    Summary& summary) {
  Bursts bursts;
  for (std::size_t call = 0; call < burst_of_call.size(); ++call) {
    if (burst_of_call[call] != kNoBurst) {
      bursts.Arrive(call, burst_of_call[call]);
    }
  }
  bursts.EndArrivals();
  for (const CallRecord& call : ledger.calls) {
    bursts.End(call);
  }
  std::vector<Duration> completions;
  while (const auto done = bursts.Take()) {
    if (done->completion) {
      completions.push_back(*done->completion);
    } else {
      ++summary.incomplete_bursts;
    }
  }
  const std::uint64_t evidence = completions.size();
  summary.burst_completion = Describe(std::move(completions), evidence);
}

}  // namespace

Summary Summarise(const Ledger& ledger, const SummaryExtras& extras) {
  Summary summary;
  for (const BatchRecord& batch : ledger.batches) {
    CountBatch(batch, summary);
  }
  for (const CallRecord& call : ledger.calls) {
    CountCall(call, summary);
  }
  FinishCounts(summary);
  DescribeTimings(ledger, summary);
  DescribeAnswered(ledger, summary);
  if (std::ranges::any_of(extras.burst_of_call, [](auto burst) { return burst != kNoBurst; })) {
    DescribeBursts(ledger, extras.burst_of_call, summary);
  }
  if (extras.server_delay_errors) {
    summary.server_delay_error =
        Describe(*extras.server_delay_errors, extras.server_delay_errors->size());
  }
  return summary;
}

}  // namespace results
