#include "results/lib/tally.h"

#include <algorithm>
#include <functional>

#include "batcher/base/check.h"

namespace results {
namespace {

TimeStatistics Described(const Histogram& times, std::uint64_t evidence) {
  TimeStatistics statistics{.count = times.count(), .evidence = evidence};
  if (times.count() == 0) {
    return statistics;
  }
  statistics.mean = times.Mean();
  for (const NamedQuantile& quantile : kQuantiles) {
    statistics.*quantile.value = times.Quantile(quantile.q);
  }
  statistics.max = times.max();
  return statistics;
}

}  // namespace

void CountCall(const batcher::CallRecord& call, Summary& counts) {
  ++counts.calls;
  ++counts.outcomes[static_cast<std::size_t>(call.outcome)];
  counts.errors += IsAnswered(call.outcome) ? 0U : 1U;
}

void CountBatch(const batcher::BatchRecord& batch, Summary& counts) {
  ++counts.batches;
  counts.calls_in_batches += batch.calls;
  counts.http_requests += std::uint64_t{batch.attempts} + batch.polls;
  counts.retries += batch.attempts > 1 ? batch.attempts - 1 : 0U;
  counts.polls += batch.polls;
  counts.credits += Credits(batch);
  counts.calls_per_batch_max = std::max<std::uint64_t>(counts.calls_per_batch_max, batch.calls);
  counts.lone_calls += batch.calls == 1 ? 1U : 0U;
  counts.dedup_saved += batch.calls - std::min(batch.calls, batch.entries);
  ++counts.flush_reasons[static_cast<std::size_t>(batch.reason)];
}

void AddCounts(const Summary& other, Summary& counts) {
  for (const NamedCount& named : kCounts) {
    counts.*named.count += other.*named.count;
  }
  counts.credits += other.credits;
  counts.calls_per_batch_max = std::max(counts.calls_per_batch_max, other.calls_per_batch_max);
  const auto add = [](const auto& from, auto& to) {
    std::ranges::transform(from, to, to.begin(), std::plus<>());
  };
  add(other.outcomes, counts.outcomes);
  add(other.flush_reasons, counts.flush_reasons);
}

void FinishCounts(Summary& counts) {
  if (counts.batches > 0) {
    counts.calls_per_batch_mean =
        static_cast<double>(counts.calls_in_batches) / static_cast<double>(counts.batches);
  }
  if (counts.calls > 0) {
    counts.requests_saved =
        1 - static_cast<double>(counts.http_requests) / static_cast<double>(counts.calls);
  }
}

void Tally::Count(const batcher::BatchRecord& batch) {
  CountBatch(batch, counts);
  timer_lag.Add(batch.timer_lag);
  ++batch_sizes[static_cast<std::size_t>(batch.reason)][batch.calls];
}

void Tally::AddTimes(const batcher::CallRecord& call) {
  generator_lateness.Add(call.submitted - call.intended);
  if (!IsAnswered(call.outcome)) {
    return;
  }
  if (call.batch != last_answering_) {
    last_answering_ = call.batch;
    ++answering_batches;
  }
  latency.Add(Latency(call));
  wait.Add(Wait(call));
  const Parts parts = PartsOf(call);
  for (const PartName& part : kParts) {
    parts_sum.*part.length += parts.*part.length;
  }
}

void Tally::Merge(const Tally& other) {
  CHECK(this != &other);
  AddCounts(other.counts, counts);
  answering_batches += other.answering_batches;
  latency.Merge(other.latency);
  wait.Merge(other.wait);
  for (const PartName& part : kParts) {
    parts_sum.*part.length += other.parts_sum.*part.length;
  }
  generator_lateness.Merge(other.generator_lateness);
  timer_lag.Merge(other.timer_lag);
  burst_completion.Merge(other.burst_completion);
  has_bursts = has_bursts || other.has_bursts;
  for (std::size_t reason = 0; reason < batch_sizes.size(); ++reason) {
    for (const auto& [size, count] : other.batch_sizes[reason]) {
      batch_sizes[reason][size] += count;
    }
  }
}

Summary Tally::Finish() const {
  Summary summary = counts;
  FinishCounts(summary);
  summary.latency = Described(latency, answering_batches);
  summary.wait = Described(wait, answering_batches);
  for (const PartName& part : kParts) {
    summary.mean_parts.*part.length = MeanOf(parts_sum.*part.length, latency.count());
  }
  summary.generator_lateness = Described(generator_lateness, generator_lateness.count());
  summary.timer_lag = Described(timer_lag, counts.batches);
  if (has_bursts) {
    summary.burst_completion = Described(burst_completion, burst_completion.count());
  }
  return summary;
}

}  // namespace results
