#include "results/lib/violations.h"

#include <gmock/gmock.h>

#include "results/lib/test_ledger.h"

namespace results {
namespace {

using namespace std::chrono_literals;
using batcher::At;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(ViolationsTest, FindsNoneInAGoodLedger) {
  EXPECT_THAT(Violations(MakeLedger(5), 5), IsEmpty());
  EXPECT_THAT(Violations(Ledger{}, 0), IsEmpty());
}

TEST(ViolationsTest, FindsACallThatWasSubmittedAndHasNoOutcome) {
  EXPECT_THAT(Violations(MakeLedger(5), 6),
              ElementsAre("6 calls were submitted, 5 have an outcome"));
  EXPECT_THAT(Violations(MakeLedger(5)), IsEmpty());
}

TEST(ViolationsTest, FindsACallThatWasAnsweredTwice) {
  Ledger ledger = MakeLedger(3);
  ledger.calls[2].call = 0;
  EXPECT_THAT(Violations(ledger, 3), ElementsAre("call 0 has more than one outcome"));
}

TEST(ViolationsTest, FindsAStampThatLiesOneNanosecondBeforeTheOneBeforeIt) {
  Ledger ledger = MakeLedger(1);
  ledger.calls[0].replied = At(1ms);
  ledger.calls[0].delivered = At(1ms);
  EXPECT_THAT(Violations(ledger), IsEmpty());
  ledger.calls[0].delivered = At(1ms - 1ns);
  EXPECT_THAT(Violations(ledger),
              ElementsAre("call 0: delivered at 999.999us is before replied at 1ms"));
}

TEST(ViolationsTest, FindsStampsOfABatchOutOfOrder) {
  Ledger ledger = MakeLedger(1);
  ledger.batches[0].due = At(1ns);
  EXPECT_THAT(Violations(ledger), ElementsAre("batch 0: dispatched at 0ms is before due at 1ns"));
}

TEST(ViolationsTest, FindsACallThatNamesABatchWhichIsNotThere) {
  Ledger ledger = MakeLedger(1);
  ledger.calls[0].batch = 7;
  ledger.batches.clear();
  EXPECT_THAT(Violations(ledger), ElementsAre("call 0 names batch 7, which is not recorded"));
}

TEST(ViolationsTest, FindsAnAnswerThatCameFromNoBatch) {
  Ledger ledger = MakeLedger(1);
  ledger.batches.clear();
  ledger.calls[0].batch = batcher::kNoBatch;
  EXPECT_THAT(Violations(ledger), ElementsAre("call 0 has the outcome value, but no batch"));
  ledger.calls[0].outcome = batcher::Outcome::kRejectedQueueFull;
  EXPECT_THAT(Violations(ledger), IsEmpty());
}

TEST(ViolationsTest, FindsAPositionBehindTheLastEntry) {
  Ledger ledger = MakeLedger(1);
  ledger.batches[0].calls = 1;
  ledger.calls[0].position = 1;
  EXPECT_THAT(Violations(ledger),
              ElementsAre("call 0 is at position 1 of batch 0, which has 1 entries"));
}

TEST(ViolationsTest, FindsACallOfABatchThatGotNoOutcomeButLetsCallsJoinInFlight) {
  Ledger ledger = MakeLedger(1);
  ledger.calls.push_back(ledger.calls[0]);
  ledger.calls[1].call = 1;
  EXPECT_THAT(Violations(ledger), IsEmpty());
  ledger.batches[0].calls = 3;
  EXPECT_THAT(Violations(ledger),
              ElementsAre("batch 0 left with 3 calls, 2 of them have an outcome"));
}

TEST(ViolationsTest, FindsAnAnswerThatIsThereBeforeThatOfItsBatch) {
  Ledger ledger = MakeLedger(1);
  ledger.batches[0].replied = At(1ms + 1ns);
  EXPECT_THAT(Violations(ledger),
              ElementsAre("call 0: replied at 1ms, its batch 0 only at 1.000001ms"));
  // A cancelled call ends when its caller wants it to.
  ledger.calls[0].outcome = batcher::Outcome::kCancelled;
  EXPECT_THAT(Violations(ledger), IsEmpty());
}

TEST(ViolationsTest, FindsBatchesWhoseCountsContradictEachOther) {
  Ledger ledger = MakeLedger(2);
  ledger.batches[0].entries = 2;
  ledger.batches[1].accepted = 2;
  EXPECT_THAT(Violations(ledger),
              ElementsAre("batch 0 has 2 entries for 1 calls",
                          "batch 1: 2 attempts were accepted of 1 that were sent"));
}

TEST(ViolationsTest, FindsABatchThatIsRecordedTwice) {
  Ledger ledger = MakeLedger(1);
  ledger.batches.push_back(ledger.batches[0]);
  EXPECT_THAT(Violations(ledger), ElementsAre("batch 0 is recorded more than once"));
}

TEST(ViolationsTest, TellsTenAndCountsTheRest) {
  Ledger ledger = MakeLedger(100);
  for (batcher::CallRecord& call : ledger.calls) {
    call.delivered = At(-1ns);
  }
  const std::vector<std::string> violations = Violations(ledger);
  ASSERT_THAT(violations, SizeIs(11));
  EXPECT_EQ(violations.back(), "... and 90 more");
}

}  // namespace
}  // namespace results
