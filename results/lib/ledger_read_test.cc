#include "results/lib/ledger_read.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

#include "batcher/base/test_folder.h"
#include "batcher/recorder/ledger_rows.h"
#include "results/lib/ledger_csv.h"
#include "results/lib/test_ledger.h"

namespace results {
namespace {

std::string RowsOf(const Ledger& ledger) {
  std::string rows;
  for (const batcher::CallRecord& call : ledger.calls) {
    batcher::AppendRow(call, rows);
  }
  for (const batcher::BatchRecord& batch : ledger.batches) {
    batcher::AppendRow(batch, rows);
  }
  return rows;
}

// A call that was refused, one that was answered, and a batch without a status.
Ledger Some() {
  Ledger ledger;
  batcher::CallRecord refused{.call = 3, .key = 7, .outcome = batcher::Outcome::kRejectedQueueFull};
  refused.delivered = batcher::Instant(batcher::Duration(12));
  ledger.calls.push_back(refused);
  batcher::CallRecord answered{
      .call = 4, .key = 8, .batch = 9, .position = 2, .endpoint = batcher::EndpointKind::kBatch};
  answered.intended = batcher::Instant(batcher::Duration(-5));
  ledger.calls.push_back(answered);
  ledger.batches.push_back({.batch = 9,
                            .reason = batcher::FlushReason::kBudget,
                            .calls = 3,
                            .entries = 3,
                            .attempts = 2,
                            .accepted = 1,
                            .polls = 4,
                            .outcome = batcher::Outcome::kFailedStatus,
                            .timer_lag = batcher::Duration(11),
                            .first_call = 4});
  return ledger;
}

TEST(LedgerReadTest, GivesBackWhatWasWritten) {
  const batcher::TestFolder folder;
  ASSERT_EQ(WriteLedger(folder.path(), Some()), std::nullopt);
  const auto read = ReadLedger(folder.path());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(RowsOf(*read), RowsOf(Some()));
  EXPECT_EQ(read->calls[0].batch, batcher::kNoBatch);
}

std::string ProblemOf(const std::string& calls, const std::string& batches) {
  const auto read = ParseLedger(calls, batches);
  return read ? "" : read.error().message;
}

TEST(LedgerReadTest, WhatIsNoRowIsToldWithItsLine) {
  const std::string calls = batcher::CallHeader();
  const std::string batches = batcher::BatchHeader();
  std::string row;
  batcher::AppendRow(Some().calls[1], row);
  EXPECT_EQ(ProblemOf(calls + row, batches), "");
  EXPECT_EQ(ProblemOf("call,key\n1,2\n", batches),
            "calls.csv: found other columns than a run of this version writes");
  EXPECT_EQ(ProblemOf(calls + row + row.substr(0, 20), batches),
            "calls.csv: line 3 is no row of it");
  EXPECT_EQ(ProblemOf(calls + row.substr(0, row.size() - 1), batches),
            "calls.csv: line 2 is no row of it");
  EXPECT_EQ(ProblemOf(calls, batches + "1,2,3\n"), "batches.csv: line 2 is no row of it");
  EXPECT_EQ(ProblemOf(calls + "x" + row, batches), "calls.csv: line 2 is no row of it");
  EXPECT_EQ(ProblemOf(calls + row.substr(0, row.size() - 1) + ",1\n", batches),
            "calls.csv: line 2 is no row of it");
}

TEST(LedgerReadTest, StampsThatDecreaseOrLieBeyondAllRunsAreNone) {
  const auto problem = [](std::int64_t intended_ns, std::int64_t delivered_ns) {
    batcher::CallRecord call{.intended = batcher::Instant(batcher::Duration(intended_ns))};
    for (const auto& stamp : batcher::kCallStamps) {
      call.*stamp.at = std::max(call.*stamp.at, call.intended);
    }
    call.delivered = batcher::Instant(batcher::Duration(delivered_ns));
    std::string row = batcher::CallHeader();
    batcher::AppendRow(call, row);
    return ProblemOf(row, batcher::BatchHeader());
  };
  constexpr std::int64_t kFarthest = std::int64_t{1} << 61;
  EXPECT_EQ(problem(-kFarthest, kFarthest), "");
  EXPECT_EQ(problem(5, 5), "");
  EXPECT_EQ(problem(5, 4), "calls.csv: line 2 is no row of it");
  EXPECT_EQ(problem(-kFarthest - 1, 0), "calls.csv: line 2 is no row of it");
  EXPECT_EQ(problem(0, kFarthest + 1), "calls.csv: line 2 is no row of it");
}

TEST(LedgerReadTest, AFolderWithoutThemIsAnError) {
  const batcher::TestFolder folder;
  const auto read = ReadLedger(folder.path());
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("calls.csv: No such file"), std::string::npos);
}

}  // namespace
}  // namespace results
