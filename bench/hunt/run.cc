#include "bench/hunt/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "results/lib/fingerprint.h"

namespace hunt {

using batcher::CallRecord;
using batcher::Instant;

namespace {

// One in so many seeds is run twice.
constexpr std::uint64_t kRepeatedOneIn = 32;

struct Books {
  RunResult outcome = {};
  results::Ledger ledger = {};
  std::vector<std::uint64_t> left_in_flight = {};
};

Books RunOnce(const Case& run) {
  Books books;
  Watch watch(run, books.outcome.tally);
  if (run.world == World::kCore) {
    RunCore(run, watch, books.outcome.tally);
  } else {
    RunFront(run, watch, books.outcome.tally);
  }
  books.outcome.broken = watch.broken();
  books.ledger = watch.ledger();
  books.outcome.fingerprint = results::Fingerprint(books.ledger);
  if (!watch.broken()) {
    books.left_in_flight = watch.LeftInFlight();
    // Who calls again does so at another time.
    std::erase_if(books.left_in_flight,
                  [&](std::uint64_t number) { return run.calls[number].asks_again; });
  }
  return books;
}

// Whether a call that stays in flight for longer changes nothing for anybody else.
bool CancelsAreTheirOwnAffair(const Case& run) {
  const auto joins = [](const batcher::QueueOptions& queue) {
    return queue.dedup && queue.join_in_flight;
  };
  return run.options.wire.isolation_requests < 2 && !joins(run.options.queue) &&
         std::ranges::none_of(run.orders, [&](const Order& order) {
           return order.kind == Order::Kind::kRetune && joins(order.queue);
         });
}

std::vector<CallRecord> Others(const results::Ledger& ledger, std::uint64_t number) {
  std::vector<CallRecord> others;
  std::ranges::copy_if(ledger.calls, std::back_inserter(others),
                       [&](const CallRecord& call) { return call.call != number; });
  std::ranges::sort(others, {}, &CallRecord::call);
  return others;
}

// A sentence if another call fares otherwise when one is not cancelled.
std::optional<Broken> NeighbourHurt(const Case& run, const Books& books, std::uint64_t spared) {
  Case other = run;
  other.calls[spared].cancel_at = batcher::kNever;
  const Books twin = RunOnce(other);
  if (twin.outcome.broken) {
    return Broken{
        twin.outcome.broken->rule,
        twin.outcome.broken->sentence + fmt::format(" (once call {} is not cancelled)", spared)};
  }
  const std::vector<CallRecord> before = Others(books.ledger, spared);
  const std::vector<CallRecord> after = Others(twin.ledger, spared);
  for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i) {
    if (before[i].call != after[i].call || before[i].outcome != after[i].outcome ||
        before[i].delivered != after[i].delivered) {
      return Broken{"a cancel is its caller's own affair",
                    fmt::format("call {} ends as {} at {} if call {} is cancelled in flight, as {} "
                                "at {} if not",
                                before[i].call, Name(before[i].outcome),
                                batcher::FormatDuration(before[i].delivered.time_since_epoch()),
                                spared, Name(after[i].outcome),
                                batcher::FormatDuration(after[i].delivered.time_since_epoch()))};
    }
  }
  return std::nullopt;
}

}  // namespace

RunResult Run(const Case& run) { return RunOnce(run).outcome; }

RunResult RunWithTwins(const Case& run) {
  Books books = RunOnce(run);
  RunResult& outcome = books.outcome;
  if (outcome.broken) {
    return outcome;
  }
  if (run.seed % kRepeatedOneIn == 0) {
    outcome.tally.Add(Happened::kRepeated);
    if (RunOnce(run).outcome.fingerprint != outcome.fingerprint) {
      outcome.broken = Broken{"the same again", "the same case has other records the second time"};
    }
  }
  if (!books.left_in_flight.empty() && CancelsAreTheirOwnAffair(run)) {
    outcome.tally.Add(Happened::kSpared);
    outcome.broken =
        NeighbourHurt(run, books, books.left_in_flight[run.seed % books.left_in_flight.size()]);
  }
  return outcome;
}

Call LastCall(Instant at) {
  return {.at = at, .key = static_cast<std::uint64_t>(-2), .can_wait = true};
}

void DemandLastCall(const Case& run, std::uint64_t number, Watch& watch) {
  const auto outcome = watch.OutcomeOf(number);
  // Sending may take longer than the call has time, and credits may be used up.
  const bool hurried = run.options.wire.timeout < std::chrono::milliseconds(5) ||
                       run.options.wire.attempt_timeout < std::chrono::microseconds(1);
  const bool may_fail = outcome == batcher::Outcome::kFailedQuota ||
                        (hurried && outcome == batcher::Outcome::kTimeout);
  if (outcome != batcher::Outcome::kValue && !may_fail) {
    watch.Break("it goes on working",
                fmt::format("a last call, to a service that is well again, ends {}",
                            outcome ? fmt::format("as {}", Name(*outcome)) : "never"));
  }
}

}  // namespace hunt
