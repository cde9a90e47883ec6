#include "results/lib/replication.h"

#include <algorithm>
#include <bit>

#include "results/lib/mser.h"

namespace results {
namespace {

using batcher::CallRecord;

// A queue that grows all the time makes each call wait longer than those before it: the calls of
// the second half then wait twice as long as those of the second quarter.
constexpr double kGrowth = 1.5;
// And it takes long to empty, compared with the run.
constexpr double kTail = 0.05;
// With fewer calls (64) nothing can be said of that.
constexpr std::size_t kFewestBlocks = 6;

}  // namespace

void ReplicationTally::Arrive(std::uint64_t call, std::uint32_t burst) {
  if (burst != kNoBurst) {
    replication_.tally.has_bursts = true;
    bursts_.Arrive(call, burst);
  }
}

void ReplicationTally::End(const CallRecord& call) {
  replication_.tally.Count(call);
  if (regret_) {
    regret_->End(call);
  }
  first_intended_ = std::min(first_intended_, call.intended);
  last_intended_ = std::max(last_intended_, call.intended);
  last_delivered_ = std::max(last_delivered_, call.delivered);
  if (IsAnswered(call.outcome)) {
    last_answered_ = std::max(last_answered_, call.delivered);
  }
  const auto block = static_cast<std::size_t>(std::bit_width(call.call));
  if (block >= blocks_.size()) {
    blocks_.resize(block + 1);
  }
  blocks_[block].latency_sum_ns += static_cast<double>(Latency(call).count());
  ++blocks_[block].calls;
  if (replication_.tally.has_bursts) {
    bursts_.End(call);
    TakeBursts();
  }
  if (!warming_up_) {
    AddTimes(call);
    return;
  }
  first_.push_back(call);
  if (first_.size() == kWarmUpLook) {
    EndWarmUp();
  }
}

void ReplicationTally::End(const batcher::BatchRecord& batch) {
  replication_.tally.Count(batch);
  if (regret_) {
    regret_->End(batch);
  }
}

void ReplicationTally::AddTimes(const CallRecord& call) {
  if (call.call < replication_.warm_up_calls) {
    return;
  }
  replication_.tally.AddTimes(call);
  if (IsAnswered(call.outcome)) {
    minutes_.Add(call.intended, Latency(call));
  }
}

void ReplicationTally::TakeBursts() {
  while (const auto done = bursts_.Take()) {
    if (done->completion) {
      replication_.tally.burst_completion.Add(*done->completion);
    } else {
      ++replication_.tally.counts.incomplete_bursts;
    }
  }
}

void ReplicationTally::EndWarmUp() {
  warming_up_ = false;
  std::vector<CallRecord> answered;
  std::ranges::copy_if(first_, std::back_inserter(answered),
                       [](const CallRecord& call) { return IsAnswered(call.outcome); });
  std::ranges::sort(answered, {}, &CallRecord::call);
  std::vector<double> latencies(answered.size());
  std::ranges::transform(answered, latencies.begin(), [](const CallRecord& call) {
    return static_cast<double>(Latency(call).count());
  });
  const std::size_t cut = Mser5Cut(latencies);
  if (cut > 0) {
    replication_.warm_up_calls = answered[cut].call;
  }
  for (const CallRecord& call : first_) {
    AddTimes(call);
  }
  first_ = {};
}

double ReplicationTally::MeanOf(const Block& block) {
  return block.latency_sum_ns / static_cast<double>(std::max<std::uint64_t>(block.calls, 1));
}

std::optional<double> ReplicationTally::SaturatedAt() const {
  const batcher::Duration length = last_intended_ - first_intended_;
  const Summary& counts = replication_.tally.counts;
  const bool any_answered = counts.calls > counts.errors;
  // A queue that grew is worked off after the last call came. Calls that time out later still were
  // not in such a queue: their batch never left (see the policy `count`).
  const batcher::Duration tail = (any_answered ? last_answered_ : last_delivered_) - last_intended_;
  // A last block that is nearly empty is no half: then the one before it is taken for the last.
  const Block& end = blocks_.back();
  const std::size_t last =
      blocks_.size() - (4 * end.calls < blocks_[blocks_.size() - 2].calls ? 2 : 1);
  if (last < kFewestBlocks ||
      static_cast<double>(tail.count()) < kTail * static_cast<double>(length.count())) {
    return std::nullopt;
  }
  if (MeanOf(blocks_[last]) < kGrowth * MeanOf(blocks_[last - 2])) {
    return std::nullopt;
  }
  if (!any_answered) {
    return 0;
  }
  return static_cast<double>(counts.calls - counts.errors) /
         batcher::ToSeconds(last_answered_ - first_intended_);
}

Replication ReplicationTally::Finish() {
  bursts_.EndArrivals();
  TakeBursts();
  if (warming_up_) {
    EndWarmUp();
  }
  const std::uint64_t calls = replication_.tally.counts.calls;
  if (const auto length = last_intended_ - first_intended_;
      calls > 1 && length > batcher::Duration(0)) {
    replication_.offered_rate = static_cast<double>(calls - 1) / batcher::ToSeconds(length);
  }
  if (const auto worst = minutes_.Worst()) {
    replication_.worst_minute_p99 = worst->p99;
  }
  if (regret_) {
    replication_.bounds = regret_->Finish();
  }
  if (stationary_ && blocks_.size() > kFewestBlocks) {
    replication_.saturated_at = SaturatedAt();
  }
  return std::move(replication_);
}

}  // namespace results
