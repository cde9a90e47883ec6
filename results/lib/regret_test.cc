#include "results/lib/regret.h"

#include <gmock/gmock.h>

#include <array>
#include <utility>

#include "results/lib/test_ledger.h"

namespace results {
namespace {

using namespace std::chrono_literals;
using batcher::At;

// Three calls at 0, 1 and 10 ms, each sent at once by itself. The last was submitted 2 ms late.
Ledger ThreeAlone() {
  Ledger ledger;
  const std::array<std::chrono::milliseconds, 3> starts = {0ms, 1ms, 10ms};
  for (std::uint64_t i = 0; i < starts.size(); ++i) {
    ledger.calls.push_back(MakeCall(i, i, starts[i], 30ms));
    ledger.batches.push_back(MakeBatch(i, starts[i], 30ms));
  }
  ledger.calls[2].intended = At(8ms);
  return ledger;
}

TEST(RegretTest, ComparesARunWithTheLeastThatItsCallsMustCost) {
  const auto regret = RegretOf(ThreeAlone(), 5ms);
  ASSERT_TRUE(regret);
  EXPECT_EQ(regret->calls, 3U);
  EXPECT_EQ(regret->run, (Batching{.batches = 3, .waiting = 0ms}));
  EXPECT_EQ(regret->least, (Batching{.batches = 2, .waiting = 1ms}));
  EXPECT_DOUBLE_EQ(regret->Ratio(), 15.0 / 11);
  EXPECT_EQ(RegretSentence(*regret),
            "at 5ms a batch, 1.36 x the least cost: 3 batches and 0 ms of waiting a call, where 2 "
            "and 0.33 ms would do for who knows all calls beforehand");
}

TEST(RegretTest, IsOneWhereTheRunDidTheBestThatCanBeDone) {
  const auto regret = RegretOf(ThreeAlone(), 1ms - 1ns);
  ASSERT_TRUE(regret);
  EXPECT_EQ(regret->run, regret->least);
  EXPECT_EQ(regret->Ratio(), 1);
}

// From the submit until the batch left the queue: also for a slot, but not on the wire.
TEST(RegretTest, CountsEveryWaitInTheQueueAndNoOther) {
  Ledger ledger = ThreeAlone();
  ledger.calls[0].due = At(2ms);
  ledger.calls[0].dispatched = At(3ms);
  ledger.calls[0].sent = At(7ms);
  ledger.batches[0].dispatched = At(3ms);
  EXPECT_EQ(RegretOf(ledger, 5ms)->run.waiting, 3ms);
}

TEST(RegretTest, LeavesOutCallsThatLeftWithNoBatch) {
  Ledger ledger = ThreeAlone();
  ledger.calls[1].batch = batcher::kNoBatch;
  ledger.batches.erase(ledger.batches.begin() + 1);
  const auto regret = RegretOf(ledger, 5ms);
  ASSERT_TRUE(regret);
  EXPECT_EQ(regret->calls, 2U);
  EXPECT_EQ(regret->run, (Batching{.batches = 2, .waiting = 0ms}));
  EXPECT_EQ(regret->least, (Batching{.batches = 2, .waiting = 0ms}));
}

// In real time two calls may be submitted the other way round.
TEST(RegretTest, DoesNotNeedTheCallsInTheOrderOfTheirSubmits) {
  Ledger ledger = ThreeAlone();
  std::swap(ledger.calls[0], ledger.calls[1]);
  EXPECT_EQ(RegretOf(ledger, 5ms)->least, (Batching{.batches = 2, .waiting = 1ms}));
}

// Two calls in one batch: the second came when it was on its way, and so waited for nothing.
TEST(RegretTest, IsSilentWhereACallJoinedABatchInFlight) {
  Ledger ledger = ThreeAlone();
  ledger.calls[1].batch = 0;
  ledger.batches.erase(ledger.batches.begin() + 1);
  EXPECT_FALSE(RegretOf(ledger, 5ms));
  ledger.batches[0].dispatched = ledger.calls[0].dispatched = At(1ms);
  EXPECT_TRUE(RegretOf(ledger, 5ms)) << "that came just when it left";
}

TEST(RegretTest, IsSilentWhereNothingCanBeSaid) {
  EXPECT_FALSE(RegretOf({}, 5ms));
  EXPECT_TRUE(RegretOf(ThreeAlone(), batcher::Duration::max() / 2 / 3));
  EXPECT_FALSE(RegretOf(ThreeAlone(), batcher::Duration::max() / 2 / 3 + 1ns));
}

}  // namespace
}  // namespace results
