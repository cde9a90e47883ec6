#include "results/lib/regret.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "batcher/base/check.h"
#include "results/lib/table.h"
#include "results/lib/value_of_waiting.h"

namespace results {
namespace {

using batcher::Duration;
using batcher::Instant;

bool JoinedInFlight(const Ledger& ledger, const batcher::CallRecord& call) {
  const auto batch =
      std::ranges::lower_bound(ledger.batches, call.batch, {}, &batcher::BatchRecord::batch);
  return batch != ledger.batches.end() && batch->batch == call.batch &&
         call.submitted > batch->dispatched;
}

Duration MeanWait(const Batching& batching, std::uint64_t calls) {
  return batching.waiting / static_cast<std::int64_t>(calls);
}

}  // namespace

double Regret::Ratio() const {
  return batcher::ToSeconds(CostOf(run, price)) / batcher::ToSeconds(CostOf(least, price));
}

std::optional<Regret> RegretOf(const Ledger& ledger, Duration price) {
  CHECK(price > Duration(0));
  Regret regret{.price = price, .run = {.batches = ledger.batches.size()}};
  std::vector<Instant> arrivals;
  for (const batcher::CallRecord& call : ledger.calls) {
    if (call.batch == batcher::kNoBatch) {
      continue;
    }
    const Duration wait = call.dispatched - call.submitted;
    if (JoinedInFlight(ledger, call) || wait > Duration::max() / 2 - regret.run.waiting) {
      return std::nullopt;
    }
    regret.run.waiting += wait;
    arrivals.push_back(call.submitted);
  }
  regret.calls = arrivals.size();
  // No more batches than calls: with the waits, which have the other half, the costs fit.
  if (arrivals.empty() || arrivals.size() > kMostCallsValued ||
      price > Duration::max() / 2 / static_cast<std::int64_t>(arrivals.size())) {
    return std::nullopt;
  }
  // Calls are numbered as they were planned: in real time two may be submitted the other way round.
  if (!std::ranges::is_sorted(arrivals)) {
    std::ranges::sort(arrivals);
  }
  regret.least = LeastCost(arrivals, price);
  return regret;
}

std::string RegretSentence(const Regret& regret) {
  return fmt::format(
      "at {} a batch, {:.2f} x the least cost: {} batches and {} of waiting a call, where {} and "
      "{} "
      "would do for who knows all calls beforehand",
      batcher::FormatDuration(regret.price), regret.Ratio(), FormatCount(regret.run.batches),
      FormatMs(MeanWait(regret.run, regret.calls)), FormatCount(regret.least.batches),
      FormatMs(MeanWait(regret.least, regret.calls)));
}

}  // namespace results
