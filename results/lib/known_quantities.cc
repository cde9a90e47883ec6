#include "results/lib/known_quantities.h"

#include <algorithm>
#include <unordered_map>

#include "batcher/core/credits.h"
#include "results/lib/quantile.h"

namespace results {
namespace {

using batcher::BatchRecord;
using batcher::CallRecord;

// Their places among ComparedQuantities().
enum Place : std::uint8_t { kMean, kP50, kP90, kP99, kWait, kSaved, kPerBatch, kCredits, kErrors };

// Batches that follow one another resemble each other, also where neighbours hardly do: polls learn
// from all of them, and a queue that has built up takes its time. Blocks of this many are far fewer
// than the batches, and so long that each hardly knows of the one before it.
constexpr std::size_t kBlocks = 20;

std::size_t BlocksOf(std::size_t count) { return std::min(count, kBlocks); }
std::size_t BlockOf(std::size_t place, std::size_t count) {
  return place * BlocksOf(count) / count;
}
std::vector<ClusterSum> Sums(std::size_t count) { return std::vector<ClusterSum>(BlocksOf(count)); }

std::optional<Interval> IntervalOf(const std::optional<ClusteredInterval>& found) {
  return found ? std::optional(found->interval) : std::nullopt;
}

void Add(double value, std::uint64_t count, ClusterSum& sum) {
  sum.sum += value;
  sum.count += count;
}

}  // namespace

const std::vector<ComparedQuantity>& ComparedQuantities() {
  using enum QuantityUnit;
  static const std::vector<ComparedQuantity> quantities = {
      {.name = "latency.mean", .unit = kMilliseconds},
      {.name = "latency.p50", .unit = kMilliseconds},
      {.name = "latency.p90", .unit = kMilliseconds},
      {.name = "latency.p99", .unit = kMilliseconds},
      {.name = "wait.mean", .unit = kMilliseconds},
      {.name = "requests_saved", .more_is_worse = false},
      {.name = "calls_per_batch.mean", .more_is_worse = false},
      {.name = "credits_per_call"},
      {.name = "errors"}};
  return quantities;
}

KnownQuantities::KnownQuantities(const Ledger& ledger)
    : batches_(ledger.batches.size()),
      latency_(Sums(batches_)),
      wait_(Sums(batches_)),
      requests_(Sums(batches_)),
      per_batch_(Sums(batches_)),
      credits_(Sums(batches_)),
      failures_(Sums(ledger.calls.size())) {
  std::unordered_map<std::uint64_t, std::size_t> place;  // of each batch
  constexpr double kHalf = 0.5;
  for (std::size_t i = 0; i < ledger.batches.size(); ++i) {
    const BatchRecord& batch = ledger.batches[i];
    place[batch.batch] = i;
    Add(batch.attempts + batch.polls, batch.calls, requests_[BlockOf(i, batches_)]);
    Add(batch.calls, 1, per_batch_[BlockOf(i, batches_)]);
    Add(kHalf * static_cast<double>(batcher::HalfCreditsOf(batch)), batch.calls,
        credits_[BlockOf(i, batches_)]);
  }
  for (std::size_t i = 0; i < ledger.calls.size(); ++i) {
    const CallRecord& call = ledger.calls[i];
    const bool answered = IsAnswered(call.outcome);
    Add(answered ? 0 : 1, 1, failures_[BlockOf(i, ledger.calls.size())]);
    if (answered) {
      const std::size_t block = BlockOf(place[call.batch], batches_);
      const double latency = batcher::ToMilliseconds(Latency(call));
      latencies_.push_back({.cluster = block, .value = latency});
      Add(latency, 1, latency_[block]);
      Add(batcher::ToMilliseconds(Wait(call)), 1, wait_[block]);
    }
  }
}

std::optional<Interval> KnownQuantities::At(std::size_t quantity, double level) const {
  const auto quantile = [&](double q) {
    return batches_ < EvidenceNeeded(q) ? std::nullopt
                                        : IntervalOf(ClusteredQuantile(latencies_, q, level));
  };
  switch (static_cast<Place>(quantity)) {
    case kMean:
      return IntervalOf(ClusteredMean(latency_, level));
    case kP50:
      return quantile(0.5);
    case kP90:
      return quantile(0.9);
    case kP99:
      return quantile(0.99);
    case kWait:
      return IntervalOf(ClusteredMean(wait_, level));
    case kSaved: {
      const auto requests = IntervalOf(ClusteredMean(requests_, level));
      return requests ? std::optional(Interval{.estimate = 1 - requests->estimate,
                                               .low = 1 - requests->high,
                                               .high = 1 - requests->low})
                      : std::nullopt;
    }
    case kPerBatch:
      return IntervalOf(ClusteredMean(per_batch_, level));
    case kCredits:
      return IntervalOf(ClusteredMean(credits_, level));
    case kErrors:
      return IntervalOf(ClusteredMean(failures_, level));
  }
  return std::nullopt;
}

}  // namespace results
