#include "bench/poll_replay.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "batcher/flow/batch_flow.h"
#include "results/lib/quantile.h"

namespace bench {
namespace {

using batcher::BatchFlow;
using batcher::BatchRecord;
using batcher::Choice;
using batcher::Duration;
using batcher::Instant;
using results::Ledger;
using scenarios::Scenario;

// A schedule that cuts less of the wait than this is about as good as the one at hand.
constexpr double kClearlyLess = 0.75;
// ... and one that needs so many times the polls about as cheap: others are a trade.
constexpr double kAboutAsMany = 1.5;
// Polls that learn take large steps for their first two dozen batches: before twice as many are
// done, they are not judged by how they began.
constexpr double kQuantileOfLearned = 0.9;
// `fixed` knows no shorter period.
constexpr Duration kShortestPeriod = std::chrono::milliseconds(1);
// A batch that is not found ready by then is left alone: no schedule polls as often.
constexpr int kMostPolls = 100'000;

// It was answered at its first attempt that was accepted, and had to be asked for.
bool WasPolled(const BatchRecord& batch) {
  return batch.endpoint == batcher::EndpointKind::kBatch && batch.polls > 0 &&
         batch.outcome == batcher::Outcome::kValue;
}

Duration ReadyTime(const BatchRecord& batch) { return batch.answered - batch.attempted; }

struct PlayedBatch {
  int polls = 0;
  Duration wait{0};  // of its answer
};

// A poll that comes to the service when the answer is ready, or later, fetches it. The stamp
// `answered` counts the way back, a poll's reply both ways.
PlayedBatch Play(const BatchRecord& batch, Duration round_trip, batcher::FlowRules& rules) {
  BatchFlow flow(batcher::EndpointKind::kBatch, batch.entries);
  Instant now = batch.attempted + round_trip;
  PlayedBatch played;
  BatchFlow::Action next = flow.OnReply(batcher::ReplyKind::kPending, std::nullopt, now, rules);
  while (next.kind == BatchFlow::Action::Kind::kSleep && played.polls < kMostPolls) {
    now = next.until + round_trip;
    ++played.polls;
    const bool ready = now >= batch.answered;
    next = flow.OnReply(ready ? batcher::ReplyKind::kAnswered : batcher::ReplyKind::kPending,
                        std::nullopt, now, rules);
  }
  played.wait = std::max(now - batch.answered, Duration(0));
  return played;
}

// The ready time that this share of the polled batches has, to a whole millisecond above.
Duration ReadyQuantile(const Ledger& ledger, double q) {
  std::vector<Duration> times;
  for (const BatchRecord& batch : ledger.batches) {
    if (WasPolled(batch)) {
      times.push_back(ReadyTime(batch));
    }
  }
  std::ranges::sort(times);
  return std::chrono::ceil<std::chrono::milliseconds>(results::Quantile(times, q));
}

// What is worth a try: polls that learn; once when most batches are ready; often.
std::vector<Choice> Candidates(const Scenario& scenario, const Ledger& ledger) {
  std::vector<Choice> candidates;
  if (scenario.client.poll.kind() != "expected") {
    candidates.push_back(batcher::ExpectedPoll());
  }
  for (const Duration period : {ReadyQuantile(ledger, 0.8), ReadyQuantile(ledger, 0.5) / 4}) {
    candidates.push_back(batcher::FixedPoll(std::max(
        kShortestPeriod, Duration(std::chrono::floor<std::chrono::milliseconds>(period)))));
  }
  return candidates;
}

}  // namespace

PollCost PollCostOf(const Choice& poll, const Scenario& scenario, const Ledger& ledger) {
  batcher::FlowRules rules{.schedule = batcher::PollSchedule(poll),
                           .min_poll = scenario.client.min_poll,
                           .estimate = {},
                           .jitter = batcher::RandomStream(scenario.seed, "poll replay")};
  rules.estimate = rules.schedule.prior();
  double wait_ns = 0;
  std::uint64_t calls = 0;
  std::uint64_t polls = 0;
  std::uint64_t polled = 0;
  for (const BatchRecord& batch : ledger.batches) {
    calls += batch.outcome == batcher::Outcome::kValue ? batch.calls : 0U;
    if (WasPolled(batch)) {
      const PlayedBatch played = Play(batch, scenario.rtt, rules);
      wait_ns += static_cast<double>(played.wait.count()) * batch.calls;
      polls += static_cast<std::uint64_t>(played.polls);
      ++polled;
    }
  }
  if (polled == 0) {
    return {};
  }
  return {.mean = Duration(std::llround(wait_ns / static_cast<double>(calls))),
          .polls_per_batch = static_cast<double>(polls) / static_cast<double>(polled)};
}

void AddPolls(const Scenario& scenario, const Ledger& ledger, Duration waited, RunFacts& facts) {
  std::uint64_t polled = 0;
  std::uint64_t polls = 0;
  for (const BatchRecord& batch : ledger.batches) {
    polled += WasPolled(batch) ? 1U : 0U;
    polls += WasPolled(batch) ? batch.polls : 0U;
  }
  const bool learns = scenario.client.poll.kind() == "expected";
  if (polled < results::EvidenceNeeded(learns ? kQuantileOfLearned : 0.5)) {
    return;
  }
  facts.polls_per_batch = static_cast<double>(polls) / static_cast<double>(polled);
  // Better than what was and than its replay, so that what a replay leaves out decides nothing.
  const PollCost own = PollCostOf(scenario.client.poll, scenario, ledger);
  const auto clearly_less = [&](const PollAlternative& one) {
    return static_cast<double>(one.cost.mean.count()) <=
           kClearlyLess * static_cast<double>(std::min(own.mean, waited).count());
  };
  const auto worse = [&](const PollAlternative& a, const PollAlternative& b) {
    const bool a_needs_more = a.cost.polls_per_batch > kAboutAsMany * own.polls_per_batch;
    const bool b_needs_more = b.cost.polls_per_batch > kAboutAsMany * own.polls_per_batch;
    return a_needs_more != b_needs_more ? a_needs_more : a.cost.mean > b.cost.mean;
  };
  for (const Choice& poll : Candidates(scenario, ledger)) {
    const PollAlternative one{.poll = poll, .cost = PollCostOf(poll, scenario, ledger)};
    if (clearly_less(one) && (!facts.better_polls || worse(*facts.better_polls, one))) {
      facts.better_polls = one;
    }
  }
}

}  // namespace bench
