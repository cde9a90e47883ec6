#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "batcher/core/credits.h"
#include "bench/hunt/watch.h"

// The books of batches: what leaves together, what is sent for it, and what comes of that.

namespace hunt {

using batcher::Instant;
using batcher::Outcome;
using batcher::ReplyKind;
using batcher::RequestKind;
using batcher::Send;

void Watch::See(const batcher::Effects& effects, const batcher::Engine& engine, Instant now) {
  for (const batcher::EndedCall& ended : effects.calls) {
    SeeCall(ended, engine, now);
  }
  for (const batcher::EndedBatch& ended : effects.batches) {
    SeeBatch(ended);
  }
  for (const batcher::Dispatched& dispatched : effects.dispatched) {
    SeeDispatch(dispatched, engine);
  }
  if (!effects.dispatched.empty() && queue_.max_in_flight &&
      engine.in_flight() > *queue_.max_in_flight) {
    Break("max_in_flight", fmt::format("{} batches are in flight, {} may be", engine.in_flight(),
                                       *queue_.max_in_flight));
  }
  for (const Send& send : effects.sends) {
    SeeSend(send, now);
  }
}

void Watch::SeeDispatch(const batcher::Dispatched& dispatched, const batcher::Engine& engine) {
  BatchBook& batch = batches_.emplace_back();
  std::size_t bytes = 0;
  std::size_t waiters = 0;
  for (const batcher::Entry& entry : engine.EntriesOf(dispatched.slot)) {
    batch.keys.push_back(KeyOf(entry));
    bytes += entry.bytes;
    waiters += entry.waiters;
  }
  ++live_batches_;
  ++unsent_batches_;
  tally_.Add(Happened::kBatches);
  tally_.Add(Happened::kShared, waiters - std::min(waiters, batch.keys.size()));
  if (dispatched.batch + 1 != batches_.size()) {
    Break("the ledger adds up",
          fmt::format("batch {} is the {}. to leave", dispatched.batch, batches_.size()));
  }
  if (batch.keys.empty() || batch.keys.size() > queue_.max_items) {
    Break("max_items", fmt::format("batch {} leaves with {} entries of {} at most",
                                   dispatched.batch, batch.keys.size(), queue_.max_items));
  }
  if (queue_.max_bytes && batch.keys.size() > 1 && bytes > *queue_.max_bytes) {
    Break("max_bytes", fmt::format("batch {} leaves with {} bytes of {} at most", dispatched.batch,
                                   bytes, *queue_.max_bytes));
  }
}

void Watch::SeeBatch(const batcher::EndedBatch& ended) {
  const batcher::BatchRecord& record = ended.record;
  ledger_.batches.push_back(record);
  if (record.batch >= batches_.size() || batches_[record.batch].ended) {
    return Break("the ledger adds up", fmt::format("batch {} ends twice", record.batch));
  }
  BatchBook& batch = batches_[record.batch];
  batch.ended = true;
  batch.abandoned = ended.abandoned;
  tally_.Add(Happened::kAbandoned, ended.abandoned ? 1 : 0);
  --live_batches_;
  unsent_batches_ -= batch.submits == 0 ? 1 : 0;
  if (record.attempts != batch.submits || record.polls != batch.polls ||
      record.entries != batch.keys.size()) {
    Break("the ledger adds up",
          fmt::format("the record of batch {} tells of {} submits, {} polls and {} entries; there "
                      "were {}, {} and {}",
                      record.batch, record.attempts, record.polls, record.entries, batch.submits,
                      batch.polls, batch.keys.size()));
  }
}

// The newest request failed at that time.
void Watch::Fail(BatchBook& batch, Instant at) {
  const batcher::WireOptions& wire = run_.options.wire;
  const bool replied = batch.ending == Ending::kReplied;
  if (replied && batch.plan.kind == ReplyKind::kLost) {
    batch.failures = batch.losses++;
    batch.accepted = false;
  }
  batch.may_go_on = batch.failures++ < wire.retries;
  const batcher::Duration asked =
      replied
          ? std::min(batch.plan.retry_after.value_or(batcher::Duration(0)), wire.max_retry_after)
          : batcher::Duration(0);
  batch.no_retry_before = at + std::max(asked, wire.backoff / 2);
}

void Watch::Settle(BatchBook& batch, Instant now) {
  if (batch.ending != Ending::kOpen) {
    return;
  }
  const Instant given_up = batch.sent + run_.options.wire.attempt_timeout;
  if (batch.plan.at <= std::min(now, given_up)) {
    batch.ending = Ending::kReplied;
    batch.no_poll_before = batch.plan.at + run_.options.wire.min_poll;
    switch (batch.plan.kind) {
      case ReplyKind::kPending:
        batch.failures = 0;
        batch.accepted = true;
        return;
      case ReplyKind::kFailed:
        tally_.Add(Happened::kFailed);
        return Fail(batch, batch.plan.at);
      case ReplyKind::kLost:
        tally_.Add(Happened::kLost);
        return Fail(batch, batch.plan.at);
      case ReplyKind::kRefused:
        tally_.Add(Happened::kRefused);
        quota_ended_ = quota_ended_ || batch.plan.failure == Outcome::kFailedQuota;
        batch.may_go_on = false;
        return;
      case ReplyKind::kAnswered:
        batch.may_go_on = false;
        return;
    }
  }
  if (given_up <= now) {
    batch.ending = Ending::kTimedOut;
    batch.no_poll_before = given_up + run_.options.wire.min_poll;
    tally_.Add(Happened::kAttemptTimeouts);
    Fail(batch, given_up);
  }
}

// That a call of a batch gets what the service said of its key, and nothing but that.
void Watch::SeeResult(const batcher::CallRecord& record, Instant now) {
  BatchBook& batch = batches_[record.batch];
  Settle(batch, now);
  if (record.outcome == Outcome::kFailedQuota && run_.options.wire.max_credits &&
      batch.ending != Ending::kOpen) {
    return;  // It was not sent, for want of credits.
  }
  const Plan& plan = batch.plan;
  const std::size_t asked = record.position - batch.send.first;
  const bool answered = batch.ending == Ending::kReplied && plan.at == now;
  if (answered && plan.kind == ReplyKind::kAnswered) {
    if (record.position < batch.send.first || asked >= plan.told.size() ||
        plan.told[asked] != record.outcome) {
      Break("own answer",
            fmt::format("call {} ends as {}, the service said {} of its key", record.call,
                        Name(record.outcome),
                        asked < plan.told.size() ? Name(plan.told[asked]) : "nothing"));
    }
    return;
  }
  const bool timed_out = batch.ending == Ending::kTimedOut &&
                         batch.sent + run_.options.wire.attempt_timeout == now &&
                         record.outcome == Outcome::kFailedUnreachable;
  const bool failed = answered && record.outcome == plan.failure;
  if (!timed_out && !failed) {
    Break("own answer",
          fmt::format("call {} ends as {}, which nobody said", record.call, Name(record.outcome)));
  } else if (batch.may_go_on && !run_.options.wire.retry_budget) {
    Break("retries", fmt::format("batch {} is given up before its retries are used", record.batch));
  }
}

void Watch::SeeSend(const Send& send, Instant now) {
  BatchBook& batch = batches_[send.batch];
  Settle(batch, now);
  const auto demand = [&](bool holds, std::string_view rule, std::string_view what) {
    if (!holds) {
      Break(rule, fmt::format("batch {}: {}", send.batch, what));
    }
  };
  demand(!batch.ended, "ended batches rest", "a request is sent after its end");
  demand(batch.ending != Ending::kOpen, "one request at a time",
         "a request is sent while another is under way");
  if (send.isolates) {
    batch.failures = batch.losses = 0;
    batch.accepted = false;
    batch.may_go_on = true;
    batch.no_retry_before = now;
    tally_.Add(Happened::kIsolations);
  }
  demand(batch.may_go_on, "retries",
         "a request is sent again that was answered, refused, or failed too often");
  demand(now >= batch.no_retry_before, "retries", "a failed request is repeated without a pause");
  ++requests_;
  retries_ += batch.failures > 0 ? 1 : 0;
  if (const auto& budget = run_.options.wire.retry_budget) {
    // Not every request was answered, but no more were.
    demand(static_cast<double>(retries_) <=
               budget->reserve + budget->share * static_cast<double>(requests_),
           "retries", "a request is repeated beyond the budget of all batches");
  }
  const bool poll = send.kind == RequestKind::kPoll;
  demand(poll == batch.accepted, "polls",
         poll ? "a poll for a job that is not there" : "a second job for what is under way");
  demand(!poll || now >= batch.no_poll_before, "polls", "a poll comes before min_poll is over");
  demand(send.count >= 1 && send.first + send.count <= batch.keys.size(), "own answer",
         "a request asks for entries that are not there");
  tally_.Add(Happened::kRequests);
  tally_.Add(Happened::kPolls, poll ? 1 : 0);
  tally_.Add(Happened::kSingles, send.kind == RequestKind::kSingle ? 1 : 0);
  tally_.Add(Happened::kRetries, send.attempt > 0 && !poll && !send.isolates ? 1 : 0);
  unsent_batches_ -= batch.submits == 0 ? 1 : 0;
  (poll ? batch.polls : batch.submits) += 1;
  batch.send = send;
  batch.sent = now;
  batch.ending = Ending::kOpen;
  SeeWire(send, now);
}

// The limits of the wire.
void Watch::SeeWire(const Send& send, Instant now) {
  const batcher::WireOptions& wire = run_.options.wire;
  if (wire.rate_limit && WireIsFree()) {
    const double passed = batcher::ToSeconds(now - tokens_at_);
    tokens_at_ = now;
    tokens_ = std::min(wire.rate_limit->burst, tokens_ + passed * wire.rate_limit->rate_per_second);
    if (tokens_ < 1 - 1e-3) {
      Break("rate_limit", fmt::format("request {} leaves before its time", send.request));
    }
    tokens_ -= 1;
  }
  half_credits_ += batcher::HalfCreditsOf(send.kind, send.count);
  if (wire.max_credits && static_cast<double>(half_credits_) / 2 > *wire.max_credits) {
    Break("max_credits", fmt::format("{} half credits are spent", half_credits_));
  }
}

void Watch::Expect(const Send& send, const Plan& plan, Instant now) {
  batches_[send.batch].plan = plan;
  const batcher::WireOptions& wire = run_.options.wire;
  // Those that end now may or may not be over.
  std::erase_if(connections_, [&](const Connection& one) { return one.until < now; });
  connections_.push_back(
      {.batch = send.batch, .until = std::min(plan.at, now + wire.attempt_timeout)});
  const auto taken =
      std::ranges::count_if(connections_, [&](const Connection& one) { return one.until > now; });
  if (static_cast<std::size_t>(taken) > wire.max_connections) {
    Break("max_connections", fmt::format("{} requests are under way", taken));
  }
}

void Watch::Abandon(std::uint64_t batch, Instant until) {
  for (Connection& connection : connections_) {
    if (connection.batch == batch) {
      connection.until = std::min(connection.until, until);
    }
  }
}

}  // namespace hunt
