#include "bench/run_facts.h"

#include <algorithm>
#include <vector>

#include "bench/poll_replay.h"
#include "bench/settings.h"
#include "results/lib/quantile.h"
#include "scenarios/arrivals.h"

namespace bench {
namespace {

using batcher::BatchRecord;
using batcher::Duration;
using batcher::Instant;
using results::Ledger;
using scenarios::Scenario;

// Of all flushes, at least so many must have been held up for it to be the rule.
constexpr double kMostFlushes = 0.5;

// Whether the policy lets batches of one flush only be in flight.
bool IsSerial(const Scenario& scenario) {
  const batcher::Choice& policy = scenario.batcher.policy;
  return scenario.batcher.max_in_flight == 1U ||
         (policy.kind() == "tick" && policy.Number("awaits") != 0);
}

// Batches that were in flight together, from the first dispatch to the last reply.
struct Flush {
  Instant oldest_submitted;
  Instant dispatched;
  Instant done;
  bool answered = true;  // all of them
};

std::vector<Flush> FlushesOf(const Ledger& ledger) {
  std::vector<Flush> flushes;
  for (const BatchRecord& batch : ledger.batches) {
    const auto first =
        std::ranges::lower_bound(ledger.calls, batch.first_call, {}, &batcher::CallRecord::call);
    if (first == ledger.calls.end() || first->call != batch.first_call) {
      continue;
    }
    const bool answered = batch.outcome == batcher::Outcome::kValue;
    if (!flushes.empty() && batch.dispatched < flushes.back().done) {
      flushes.back().done = std::max(flushes.back().done, batch.replied);
      flushes.back().answered = flushes.back().answered && answered;
      continue;
    }
    flushes.push_back({.oldest_submitted = first->submitted,
                       .dispatched = batch.dispatched,
                       .done = batch.replied,
                       .answered = answered});
  }
  return flushes;
}

// The mean time from a flush to one that was held up by it: calls were queued while the batch
// before was in flight. One that ended without an answer, as its calls had timed out, tells of that
// time only.
std::optional<Duration> EffectiveWindow(const Ledger& ledger) {
  const std::vector<Flush> flushes = FlushesOf(ledger);
  Duration sum{0};
  std::uint64_t held = 0;
  std::uint64_t all = 0;
  for (std::size_t i = 1; i < flushes.size(); ++i) {
    if (!flushes[i - 1].answered) {
      continue;
    }
    ++all;
    if (flushes[i].oldest_submitted < flushes[i - 1].done) {
      sum += flushes[i].dispatched - flushes[i - 1].dispatched;
      ++held;
    }
  }
  if (all < results::EvidenceNeeded(0.5) ||
      static_cast<double>(held) < kMostFlushes * static_cast<double>(all)) {
    return std::nullopt;
  }
  return results::MeanOf(sum, held);
}

std::optional<double> Utilisation(const Scenario& scenario, const RunResult& run) {
  if (!scenario.server.workers || !run.service_work || run.ledger.batches.empty()) {
    return std::nullopt;
  }
  Instant begin = Instant::max();
  Instant end = Instant::min();
  for (const BatchRecord& batch : run.ledger.batches) {
    begin = std::min(begin, batch.sent);
    end = std::max(end, batch.replied);
  }
  const double available_s =
      batcher::ToSeconds(end - begin) * static_cast<double>(*scenario.server.workers);
  return available_s > 0 ? std::optional(batcher::ToSeconds(*run.service_work) / available_s)
                         : std::nullopt;
}

// Whether answers wait so long to be asked for that other polls are worth a look.
bool PollsMatter(const results::Summary& summary) {
  return batcher::ToMilliseconds(summary.mean_parts.poll_quantisation) >=
         kPollsMatter * batcher::ToMilliseconds(summary.latency.mean);
}

}  // namespace

std::optional<results::RegretTally> RegretTallyOf(const Scenario& scenario,
                                                  std::optional<Duration> price) {
  if (!price || scenario.batcher.join_in_flight) {
    return std::nullopt;
  }
  return results::RegretTally(*price, TimeOf(scenario.batcher.policy, "window"));
}

results::Replication ReplicationOf(const Scenario& scenario, const RunResult& run,
                                   std::optional<Duration> price) {
  results::ReplicationTally tally(scenarios::IsStationary(scenario.arrivals),
                                  RegretTallyOf(scenario, price));
  for (std::uint64_t call = 0; call < run.submitted; ++call) {
    const std::vector<std::uint32_t>& bursts = run.extras.burst_of_call;
    tally.Arrive(call, call < bursts.size() ? bursts[call] : results::kNoBurst);
  }
  for (const batcher::CallRecord& call : run.ledger.calls) {
    tally.End(call);
  }
  for (const BatchRecord& batch : run.ledger.batches) {
    tally.End(batch);
  }
  return tally.Finish();
}

RunFacts FactsOf(const Scenario& scenario, const RunResult& run, const results::Summary& summary) {
  RunFacts facts;
  if (summary.calls > 1) {
    const results::Replication replication = ReplicationOf(scenario, run);
    facts.offered = replication.offered_rate;
    facts.saturated_at = replication.saturated_at;
  }
  facts.utilisation = Utilisation(scenario, run);
  // A quota of the service ends a batch with its first refusal: the others are of the rate limit. A
  // batch that the budget ended was refused by nobody.
  const auto for_quota = static_cast<std::uint64_t>(
      std::ranges::count_if(run.ledger.batches, [](const BatchRecord& batch) {
        return batch.outcome == batcher::Outcome::kFailedQuota && batch.status != 0;
      }));
  facts.quota_of_service = for_quota > 0;
  if (run.refused) {
    facts.refused = *run.refused - std::min(for_quota, *run.refused);
  }
  if (IsSerial(scenario)) {
    facts.effective_window = EffectiveWindow(run.ledger);
  }
  if (PollsMatter(summary)) {
    AddPolls(scenario, run.ledger, summary.mean_parts.poll_quantisation, facts);
  }
  return facts;
}

}  // namespace bench
