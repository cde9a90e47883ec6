#include "results/lib/regret.h"

#include <fmt/format.h>

#include <algorithm>

#include "results/lib/regret_tally.h"
#include "results/lib/table.h"

namespace results {
namespace {

using batcher::Duration;

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
  RegretTally tally(price);
  for (const batcher::BatchRecord& batch : ledger.batches) {
    tally.End(batch);
  }
  for (const batcher::CallRecord& call : ledger.calls) {
    if (call.batch != batcher::kNoBatch && JoinedInFlight(ledger, call)) {
      return std::nullopt;
    }
    tally.End(call);
  }
  const std::optional<Bounds> bounds = tally.Finish();
  return bounds ? std::optional(bounds->regret) : std::nullopt;
}

std::string RegretSentence(const Regret& regret) {
  return fmt::format(
      "at {} a batch, {:.2f} x the least cost: {} batches and {} of waiting a call, where {} and "
      "{} would do for who knows all calls beforehand",
      batcher::FormatDuration(regret.price), regret.Ratio(), FormatCount(regret.run.batches),
      FormatMs(MeanWait(regret.run, regret.calls)), FormatCount(regret.least.batches),
      FormatMs(MeanWait(regret.least, regret.calls)));
}

}  // namespace results
