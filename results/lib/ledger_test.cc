#include "results/lib/ledger.h"

#include <gtest/gtest.h>

#include "results/lib/test_ledger.h"

namespace results {
namespace {

using namespace std::chrono_literals;

TEST(SortLedgerTest, PutsCallsAndBatchesInTheOrderOfTheirNumbers) {
  Ledger ledger = MakeLedger(3);
  std::swap(ledger.calls[0], ledger.calls[2]);
  std::swap(ledger.batches[1], ledger.batches[2]);
  SortLedger(ledger);
  for (std::uint64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(ledger.calls[i].call, i);
    EXPECT_EQ(ledger.batches[i].batch, i);
  }
}

TEST(PartsTest, AreTheDifferencesOfNeighbouringStampsAndSumToTheLatency) {
  batcher::CallRecord call;
  call.intended = batcher::At(1ns);
  call.submitted = batcher::At(3ns);
  call.due = batcher::At(6ns);
  call.dispatched = batcher::At(11ns);
  call.sent = batcher::At(18ns);
  call.attempted = batcher::At(29ns);
  call.answered = batcher::At(42ns);
  call.replied = batcher::At(59ns);
  call.delivered = batcher::At(78ns);

  const Parts parts = PartsOf(call);
  EXPECT_EQ(parts.generator_lateness, 2ns);
  EXPECT_EQ(parts.linger, 3ns);
  EXPECT_EQ(parts.slot_wait, 5ns);
  EXPECT_EQ(parts.send, 7ns);
  EXPECT_EQ(parts.retry, 11ns);
  EXPECT_EQ(parts.server, 13ns);
  EXPECT_EQ(parts.poll_quantisation, 17ns);
  EXPECT_EQ(parts.delivery, 19ns);
  EXPECT_EQ(parts.Sum(), 77ns);
  EXPECT_EQ(Latency(call), 77ns);
  EXPECT_EQ(Wait(call), 15ns);
}

TEST(CreditsTest, AreHalfForEachEntryOfABatchAndOneForASingleCall) {
  batcher::BatchRecord batch = MakeBatch(0, 0ms, 1ms);
  batch.entries = 5;
  EXPECT_EQ(Credits(batch), 2.5);
  batch.entries = 1;
  batch.endpoint = batcher::EndpointKind::kSingle;
  EXPECT_EQ(Credits(batch), 1);
}

TEST(CreditsTest, ArePaidForEachAcceptedAttemptAndForNoOther) {
  batcher::BatchRecord batch = MakeBatch(0, 0ms, 1ms);
  batch.entries = 4;
  batch.attempts = 3;
  batch.accepted = 2;
  EXPECT_EQ(Credits(batch), 4);
  batch.accepted = 0;
  EXPECT_EQ(Credits(batch), 0);
}

TEST(IsAnsweredTest, CountsAnAddressThatTheServiceDoesNotKnow) {
  EXPECT_TRUE(IsAnswered(batcher::Outcome::kValue));
  EXPECT_TRUE(IsAnswered(batcher::Outcome::kNotFound));
  EXPECT_FALSE(IsAnswered(batcher::Outcome::kMissingResult));
}

}  // namespace
}  // namespace results
