#include "results/lib/regret_tally.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "results/lib/test_ledger.h"
#include "results/lib/value_of_waiting.h"

namespace results {
namespace {

using namespace std::chrono_literals;
using batcher::At;
using batcher::Duration;

// Calls at 0, 1, ... ms, each waiting 2 ms for a batch of its own.
Ledger Alone(std::uint64_t calls) {
  Ledger ledger;
  for (std::uint64_t i = 0; i < calls; ++i) {
    const Duration start = Duration(1ms) * static_cast<int>(i);
    ledger.calls.push_back(MakeCall(i, i, start, 30ms));
    ledger.calls.back().due = ledger.calls.back().dispatched = At(start + 2ms);
    ledger.batches.push_back(MakeBatch(i, start + 2ms, 30ms));
  }
  return ledger;
}

std::optional<Bounds> BoundsOf(const Ledger& ledger, Duration price,
                               std::optional<Duration> max_wait = std::nullopt) {
  RegretTally tally(price, max_wait);
  for (const batcher::CallRecord& call : ledger.calls) {
    tally.End(call);
  }
  for (const batcher::BatchRecord& batch : ledger.batches) {
    tally.End(batch);
  }
  return tally.Finish();
}

TEST(RegretTallyTest, TellsTheSameAsOfTheWholeLedgerInWhateverOrderCallsEnd) {
  Ledger ledger = Alone(9);
  const Regret whole = *RegretOf(ledger, 5ms);
  std::ranges::reverse(ledger.calls);
  std::swap(ledger.calls[2], ledger.calls[6]);
  const auto bounds = BoundsOf(ledger, 5ms);
  ASSERT_TRUE(bounds);
  EXPECT_EQ(bounds->regret.calls, 9U);
  EXPECT_EQ(bounds->regret.run, whole.run);
  EXPECT_EQ(bounds->regret.least, whole.least);
  EXPECT_EQ(bounds->regret.run, (Batching{.batches = 9, .waiting = 18ms}));
}

TEST(RegretTallyTest, CountsTheFewestBatchesOfALongestWait) {
  EXPECT_EQ(BoundsOf(Alone(9), 5ms, 2ms)->fewest_batches, 3U);
  EXPECT_EQ(BoundsOf(Alone(9), 5ms, 2ms - 1ns)->fewest_batches, 5U);
  EXPECT_FALSE(BoundsOf(Alone(9), 5ms)->fewest_batches);
}

TEST(RegretTallyTest, LeavesOutCallsThatLeftWithNoBatch) {
  Ledger ledger = Alone(3);
  ledger.calls[1].batch = batcher::kNoBatch;
  EXPECT_EQ(BoundsOf(ledger, 5ms)->regret.calls, 2U);
  for (batcher::CallRecord& call : ledger.calls) {
    call.batch = batcher::kNoBatch;
  }
  EXPECT_FALSE(BoundsOf(ledger, 5ms));
}

TEST(RegretTallyTest, SaysNothingWhereTheNumbersDoNotFit) {
  EXPECT_TRUE(BoundsOf(Alone(2), Duration::max() / 4));
  EXPECT_FALSE(BoundsOf(Alone(2), Duration::max() / 4 + 1ns));
  Ledger ledger = Alone(2);
  ledger.calls[0].dispatched = At(Duration::max() / 2 - 2ms);
  EXPECT_TRUE(BoundsOf(ledger, 5ms));
  ledger.calls[0].dispatched += 1ns;
  EXPECT_FALSE(BoundsOf(ledger, 5ms));
}

TEST(RegretTallyTest, SaysNothingOfMoreCallsThanItKeeps) {
  RegretTally tally(1ms);
  const batcher::CallRecord call = MakeCall(0, 0, 0ms, 1ms);
  for (std::size_t i = 0; i <= kMostCallsValued; ++i) {
    tally.End(call);
  }
  EXPECT_FALSE(tally.Finish());
}

}  // namespace
}  // namespace results
