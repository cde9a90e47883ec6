#include "bench/hunt/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "batcher/core/credits.h"
#include "results/lib/violations.h"

// The books of calls, and what is known at the end; those of batches are in watch_batches.cc, what
// must hold between two events in watch_rest.cc.

namespace hunt {

using batcher::CallRecord;
using batcher::Duration;
using batcher::Instant;
using batcher::kNever;
using batcher::Outcome;

namespace {

std::string Text(Instant at) { return batcher::FormatDuration(at.time_since_epoch()); }

Happened HappenedOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kValue:
      return Happened::kValue;
    case Outcome::kNotFound:
      return Happened::kNotFound;
    case Outcome::kRejectedShed:
      return Happened::kShed;
    case Outcome::kRejectedQueueFull:
    case Outcome::kRejectedTooLarge:
    case Outcome::kRejectedDraining:
      return Happened::kRejected;
    case Outcome::kCancelled:
      return Happened::kCancelled;
    case Outcome::kDeadlineExceeded:
      return Happened::kDeadline;
    case Outcome::kTimeout:
      return Happened::kTimeout;
    case Outcome::kShutDown:
      return Happened::kShutDown;
    case Outcome::kMissingResult:
      return Happened::kMissing;
    default:
      return Happened::kFailedCall;
  }
}

}  // namespace

Watch::Watch(const Case& run, Tally& tally) : run_(run), tally_(tally) {
  for (const Call& call : run.calls) {
    Add(call);
  }
  tokens_ = run.options.wire.rate_limit ? run.options.wire.rate_limit->burst : 0;
  Retune(run.options.queue);
  Limit(run.options.queue);
}

void Watch::Break(std::string_view rule, std::string sentence) {
  if (!broken_) {
    broken_ = Broken{.rule = std::string(rule), .sentence = std::move(sentence)};
  }
}

std::uint64_t Watch::Add(const Call& call) {
  calls_.push_back({.call = call});
  return calls_.size() - 1;
}

std::optional<Outcome> Watch::OutcomeOf(std::uint64_t number) const {
  const CallBook& book = calls_[number];
  return book.ended ? std::optional(book.outcome) : std::nullopt;
}

void Watch::Hand(std::uint64_t number, Instant now) {
  calls_[number].handed = now;
  ++handed_;
  tally_.Add(Happened::kCalls);
}

void Watch::Limit(const batcher::QueueOptions& queue) {
  admitted_ = queue.max_queued;
  sheds_ = sheds_ || queue.overflow == batcher::Overflow::kShedOldest;
  if (queue.max_bytes) {
    least_bytes_ = std::min(least_bytes_.value_or(*queue.max_bytes), *queue.max_bytes);
  }
}

void Watch::Retune(const batcher::QueueOptions& queue) {
  queue_ = queue;
  if (run_.world == World::kCore) {
    Limit(queue);  // A front end went by them before, and may go by still newer ones.
  }
}

void Watch::Drain(Instant deadline, Instant now) {
  drain_deadline_ = std::min(drain_deadline_, deadline);
  drained_at_ = std::min(drained_at_, now);
}

void Watch::Refuse(std::uint64_t number, Outcome outcome, std::size_t queued) {
  CallBook& book = calls_[number];
  book.ended = true;
  book.outcome = outcome;
  ++refused_;
  tally_.Add(HappenedOf(outcome));
  if (outcome == Outcome::kRejectedQueueFull && queued < admitted_) {
    Break("refused without a reason",
          fmt::format("call {} is refused since the queue is full, with {} calls of {}", number,
                      queued, admitted_));
  }
  if (outcome == Outcome::kRejectedTooLarge &&
      book.call.bytes <= least_bytes_.value_or(book.call.bytes)) {
    Break("refused without a reason",
          fmt::format("call {} of {} bytes is refused as too large", number, book.call.bytes));
  }
}

void Watch::Tell(std::uint64_t number, Outcome outcome) {
  CallBook& book = calls_[number];
  if (++book.told > 1) {
    return Break("one outcome",
                 fmt::format("the caller of call {} is told a second time: {} after {}", number,
                             Name(outcome), Name(book.outcome)));
  }
  if (!book.ended || book.outcome != outcome) {
    Break(
        "one outcome",
        fmt::format("the caller of call {} is told {}, the call {}", number, Name(outcome),
                    book.ended ? fmt::format("ended as {}", Name(book.outcome)) : "has not ended"));
  }
}

void Watch::SeeCall(const batcher::EndedCall& ended, const batcher::Engine& engine, Instant now) {
  const CallRecord& record = ended.record;
  ledger_.calls.push_back(record);
  const std::uint64_t number = record.call;
  if (number >= calls_.size() || calls_[number].handed == kNever) {
    return Break("one outcome", fmt::format("call {} ends, which nobody made", number));
  }
  CallBook& book = calls_[number];
  if (book.ended) {
    return Break("one outcome", fmt::format("call {} ends as {}, and had ended as {}", number,
                                            Name(record.outcome), Name(book.outcome)));
  }
  book.ended = true;
  book.outcome = record.outcome;
  ++ended_;
  tally_.Add(HappenedOf(record.outcome));
  SeeTimes(book, number, now);
  SeeReason(book, number, ended, now);
  if (record.outcome == Outcome::kRejectedQueueFull && run_.world == World::kCore &&
      engine.queued_calls() < queue_.max_queued) {
    Break("refused without a reason",
          fmt::format("call {} is refused by a queue with room", number));
  }
  if (record.batch == batcher::kNoBatch) {
    return;
  }
  const BatchBook& batch = batches_[record.batch];
  const bool in_place = record.position < batch.keys.size();
  if (!in_place || batch.keys[record.position] != book.call.key) {
    Break("own answer", fmt::format("call {} has place {} of batch {}, which is not its key's",
                                    number, record.position, record.batch));
  } else if (record.outcome == Outcome::kCancelled) {
    left_in_flight_.push_back({.number = number, .batch = record.batch});
  }
}

void Watch::SeeTimes(const CallBook& book, std::uint64_t number, Instant now) {
  const auto by = [&](Instant latest, std::string_view what) {
    if (now > latest) {
      Break("ends in time",
            fmt::format("call {} ends at {}, {} was {}", number, Text(now), what, Text(latest)));
    }
  };
  by(book.handed + run_.options.wire.timeout, "its time-out");
  const auto later = [&](Instant at) { return at == kNever ? kNever : std::max(at, book.handed); };
  by(later(book.call.deadline), "its deadline");
  by(later(book.call.cancel_at), "its cancel");
  by(later(drain_deadline_ == kNever ? kNever : std::max(drain_deadline_, drained_at_)),
     "the deadline of the drain");
}

// That the outcome could come about at all.
void Watch::SeeReason(const CallBook& book, std::uint64_t number, const batcher::EndedCall& ended,
                      Instant now) {
  const Call& call = book.call;
  const auto demand = [&](bool reason) {
    if (!reason) {
      Break("an outcome needs a reason",
            fmt::format("call {} ends as {} at {}, and has no reason to", number,
                        Name(ended.record.outcome), Text(now)));
    }
  };
  switch (ended.record.outcome) {
    case Outcome::kCancelled:
      return demand(call.cancel_at <= now);
    case Outcome::kDeadlineExceeded:
      return demand(call.deadline != kNever);
    case Outcome::kTimeout:
      return demand(now == book.handed + run_.options.wire.timeout);
    case Outcome::kShutDown:
      return demand(draining() && now >= drain_deadline_);
    case Outcome::kRejectedDraining:
      return demand(draining() && now >= drained_at_);
    case Outcome::kRejectedShed:
      return demand(sheds_);
    case Outcome::kRejectedTooLarge:
      return demand(least_bytes_ && call.bytes > *least_bytes_);
    case Outcome::kRejectedQueueFull:
      return demand(now == book.handed);
    default:
      demand(ended.record.batch != batcher::kNoBatch);
      if (ended.record.batch != batcher::kNoBatch) {
        SeeResult(ended.record, now);
      }
  }
}

std::vector<std::uint64_t> Watch::LeftInFlight() const {
  std::vector<std::uint64_t> numbers;
  for (const Left& left : left_in_flight_) {
    if (!batches_[left.batch].abandoned) {
      numbers.push_back(left.number);
    }
  }
  return numbers;
}

void Watch::End(const batcher::Engine& engine, bool callers) {
  for (std::uint64_t number = 0; number < calls_.size(); ++number) {
    const CallBook& book = calls_[number];
    if (book.handed != kNever && !book.ended) {
      Break("one outcome", fmt::format("call {} has no outcome", number));
    }
    if (callers && book.ended && book.told == 0) {
      Break("one outcome", fmt::format("the caller of call {}, which ended as {}, is never told",
                                       number, Name(book.outcome)));
    }
  }
  if (engine.live_calls() + engine.queued_calls() + engine.in_flight() > 0) {
    Break("nothing is left",
          fmt::format("at the end {} calls live, {} are queued, {} batches in "
                      "flight",
                      engine.live_calls(), engine.queued_calls(), engine.in_flight()));
  }
  for (std::uint64_t id = 0; id < batches_.size(); ++id) {
    if (!batches_[id].ended) {
      Break("nothing is left", fmt::format("batch {} has not ended", id));
    }
  }
  for (const std::string& sentence : results::Violations(ledger_, handed_ - refused_)) {
    Break("the ledger adds up", sentence);
  }
}

}  // namespace hunt
