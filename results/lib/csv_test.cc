#include <gmock/gmock.h>

#include <array>
#include <limits>

#include "results/lib/csv_file.h"
#include "results/lib/ledger_csv.h"
#include "results/lib/test_folder.h"
#include "results/lib/test_ledger.h"

namespace results {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

const std::array<std::string, 2> kColumns = {"a", "b"};

TEST(CsvFileTest, WritesNumbersTextsAndEmptyFields) {
  const TestFolder folder;
  CsvFile csv = CsvFile::Create(folder.path() / "x.csv", kColumns).value();
  csv.Number(std::numeric_limits<std::int64_t>::min());
  csv.Number(std::numeric_limits<std::uint64_t>::max());
  csv.EndRow();
  csv.Empty();
  csv.Text("text");
  csv.EndRow();
  EXPECT_FALSE(csv.Close());
  EXPECT_EQ(ReadText(folder.path() / "x.csv"),
            "a,b\n-9223372036854775808,18446744073709551615\n,text\n");
}

TEST(CsvFileTest, HasWholeRowsOnlyAtEveryMoment) {
  const TestFolder folder;
  const std::filesystem::path path = folder.path() / "x.csv";
  CsvFile csv = CsvFile::Create(path, kColumns).value();
  std::uintmax_t size = 0;
  int grown = 0;
  for (std::int64_t i = 0; i < 50'000; ++i) {
    csv.Number(i);
    csv.Number(i * i);
    csv.EndRow();
    if (const std::uintmax_t now = std::filesystem::file_size(path); now != size) {
      size = now;
      ++grown;
      ASSERT_THAT(ReadText(path), EndsWith("\n"));
    }
  }
  EXPECT_GT(grown, 2) << "rows should reach the file while the run goes on";
  EXPECT_FALSE(csv.Close());
  EXPECT_THAT(ReadText(path), EndsWith("\n49999,2499900001\n"));
}

TEST(CsvFileTest, SaysWhichFileCannotBeCreated) {
  const TestFolder folder;
  const auto csv = CsvFile::Create(folder.path() / "missing" / "x.csv", kColumns);
  ASSERT_FALSE(csv);
  EXPECT_THAT(csv.error().message, StartsWith("cannot write "));
  EXPECT_THAT(csv.error().message, HasSubstr("missing/x.csv: No such file or directory"));
}

TEST(CsvFileTest, TellsAtTheEndThatTheDiskWasFull) {
  const auto csv = CsvFile::Create("/dev/full", kColumns);
  ASSERT_FALSE(csv);
  EXPECT_THAT(csv.error().message, HasSubstr("No space left on device"));
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
