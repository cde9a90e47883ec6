#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "batcher/base/test_folder.h"
#include "results/lib/ledger_csv.h"
#include "results/lib/test_ledger.h"

namespace results {
namespace {

using batcher::ReadText;
using batcher::TestFolder;

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

TEST(LedgerCsvTest, SaysWhichFileCannotBeCreated) {
  const TestFolder folder;
  const auto error = WriteLedger(folder.path() / "missing", MakeLedger(1));
  ASSERT_TRUE(error);
  EXPECT_THAT(error->message, StartsWith("cannot write "));
  EXPECT_THAT(error->message, HasSubstr("missing/calls.csv: No such file or directory"));
}

TEST(LedgerCsvTest, TellsThatTheDiskWasFull) {
  const TestFolder folder;
  // Where the file is written before it gets its name.
  const std::string beside = ".batches.csv." + std::to_string(::getpid()) + ".part";
  std::filesystem::create_symlink("/dev/full", folder.path() / beside);
  const auto error = WriteLedger(folder.path(), MakeLedger(1));
  ASSERT_TRUE(error);
  EXPECT_THAT(error->message, HasSubstr("batches.csv: No space left on device"));
}

TEST(LedgerCsvTest, WritesLongLedgersToTheLastRow) {
  const TestFolder folder;
  EXPECT_FALSE(WriteLedger(folder.path(), MakeLedger(5'000)));
  const std::string calls = ReadText(folder.path() / "calls.csv");
  EXPECT_EQ(std::ranges::count(calls, '\n'), 5'001);
  EXPECT_THAT(calls, HasSubstr("\n4999,4999,4999,"));
}

TEST(LedgerCsvTest, WritesACallInNanoseconds) {
  const TestFolder folder;
  Ledger ledger = MakeLedger(1);
  ledger.calls[0].key = 5;
  ledger.calls[0].delivered = batcher::At(1'500'000ns);
  EXPECT_FALSE(WriteLedger(folder.path(), ledger));
  EXPECT_EQ(ReadText(folder.path() / "calls.csv"),
            "call,key,batch,position,endpoint,outcome,intended_ns,submitted_ns,due_ns,"
            "dispatched_ns,sent_ns,attempted_ns,answered_ns,replied_ns,delivered_ns\n"
            "0,5,0,0,batch,value,0,0,0,0,0,0,1000000,1000000,1500000\n");
}

TEST(LedgerCsvTest, LeavesBatchAndPositionEmptyForACallWithoutABatch) {
  const TestFolder folder;
  Ledger ledger = MakeLedger(1);
  ledger.calls[0].batch = batcher::kNoBatch;
  ledger.calls[0].endpoint = batcher::EndpointKind::kNone;
  ledger.calls[0].outcome = batcher::Outcome::kRejectedQueueFull;
  EXPECT_FALSE(WriteLedger(folder.path(), ledger));
  EXPECT_THAT(ReadText(folder.path() / "calls.csv"),
              HasSubstr("\n0,0,,,none,rejected_queue_full,0,0,"));
}

TEST(LedgerCsvTest, WritesABatchWithItsCredits) {
  const TestFolder folder;
  Ledger ledger = MakeLedger(2);
  ledger.batches[0].calls = 4;
  ledger.batches[0].entries = 3;
  ledger.batches[0].timer_lag = 70us;
  ledger.batches[1].endpoint = batcher::EndpointKind::kSingle;
  ledger.batches[1].status = 0;
  ledger.batches[1].first_call = 4;
  EXPECT_FALSE(WriteLedger(folder.path(), ledger));
  EXPECT_EQ(ReadText(folder.path() / "batches.csv"),
            "batch,reason,endpoint,calls,entries,attempts,accepted,polls,status,outcome,credits,"
            "first_call,timer_lag_ns,due_ns,dispatched_ns,sent_ns,attempted_ns,answered_ns,"
            "replied_ns\n"
            "0,window,batch,4,3,1,1,1,200,value,1.5,0,70000,0,0,0,0,1000000,1000000\n"
            "1,window,single,1,1,1,1,1,,value,1,4,0,1000000,1000000,1000000,1000000,3000000,"
            "3000000\n");
}

}  // namespace
}  // namespace results
