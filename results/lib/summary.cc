#include "results/lib/summary.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace results {
namespace {

using batcher::BatchRecord;
using batcher::CallRecord;
using batcher::Duration;
using batcher::Instant;

void CountBatches(const Ledger& ledger, Summary& summary) {
  std::uint64_t calls = 0;
  std::vector<Duration> timer_lags;
  timer_lags.reserve(ledger.batches.size());
  for (const BatchRecord& batch : ledger.batches) {
    calls += batch.calls;
    summary.http_requests += std::uint64_t{batch.attempts} + batch.polls;
    summary.retries += batch.attempts > 1 ? batch.attempts - 1 : 0U;
    summary.polls += batch.polls;
    summary.credits += Credits(batch);
    summary.calls_per_batch_max = std::max<std::uint64_t>(summary.calls_per_batch_max, batch.calls);
    summary.lone_calls += batch.calls == 1 ? 1U : 0U;
    summary.dedup_saved += batch.calls - std::min(batch.calls, batch.entries);
    ++summary.flush_reasons[static_cast<std::size_t>(batch.reason)];
    timer_lags.push_back(batch.timer_lag);
  }
  summary.batches = ledger.batches.size();
  if (summary.batches > 0) {
    summary.calls_per_batch_mean =
        static_cast<double>(calls) / static_cast<double>(summary.batches);
  }
  summary.timer_lag = Describe(std::move(timer_lags), summary.batches);
}

void CountCalls(const Ledger& ledger, Summary& summary) {
  summary.calls = ledger.calls.size();
  std::vector<Duration> lateness;
  lateness.reserve(ledger.calls.size());
  for (const CallRecord& call : ledger.calls) {
    ++summary.outcomes[static_cast<std::size_t>(call.outcome)];
    summary.errors += IsAnswered(call.outcome) ? 0U : 1U;
    lateness.push_back(call.submitted - call.intended);
  }
  summary.generator_lateness = Describe(std::move(lateness), ledger.calls.size());
  if (summary.calls > 0) {
    summary.requests_saved =
        1 - static_cast<double>(summary.http_requests) / static_cast<double>(summary.calls);
  }
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

struct Burst {
  Instant first_intended = Instant::max();
  Instant last_delivered = Instant::min();
  std::uint64_t calls = 0;
  bool all_answered = true;
};

void DescribeBursts(const Ledger& ledger, const std::vector<std::uint32_t>& burst_of_call,
                    Summary& summary) {
  std::vector<Burst> bursts;
  for (const CallRecord& call : ledger.calls) {
    if (call.call >= burst_of_call.size() || burst_of_call[call.call] == kNoBurst) {
      continue;
    }
    const std::size_t index = burst_of_call[call.call];
    if (index >= bursts.size()) {
      bursts.resize(index + 1);
    }
    Burst& burst = bursts[index];
    burst.first_intended = std::min(burst.first_intended, call.intended);
    burst.last_delivered = std::max(burst.last_delivered, call.delivered);
    ++burst.calls;
    burst.all_answered = burst.all_answered && IsAnswered(call.outcome);
  }
  std::vector<Duration> completions;
  for (const Burst& burst : bursts) {
    if (burst.calls > 0 && burst.all_answered) {
      completions.push_back(burst.last_delivered - burst.first_intended);
    } else {
      summary.incomplete_bursts += burst.calls > 0 ? 1U : 0U;
    }
  }
  const std::uint64_t evidence = completions.size();
  summary.burst_completion = Describe(std::move(completions), evidence);
}

}  // namespace

Summary Summarise(const Ledger& ledger, const SummaryExtras& extras) {
  Summary summary;
  CountBatches(ledger, summary);
  CountCalls(ledger, summary);
  DescribeAnswered(ledger, summary);
  if (!extras.burst_of_call.empty()) {
    DescribeBursts(ledger, extras.burst_of_call, summary);
  }
  if (extras.server_delay_errors) {
    summary.server_delay_error =
        Describe(*extras.server_delay_errors, extras.server_delay_errors->size());
  }
  return summary;
}

}  // namespace results
