#include "batcher/recorder/ledger_rows.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

namespace batcher {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::StartsWith;

template <class Record>
std::string RowOf(const Record& record) {
  std::string row;
  AppendRow(record, row);
  return row;
}

TEST(LedgerRowsTest, ARowHasAsManyFieldsAsThereAreColumns) {
  EXPECT_EQ(std::ranges::count(CallHeader(), ','), std::ranges::count(RowOf(CallRecord()), ','));
  EXPECT_EQ(std::ranges::count(BatchHeader(), ','), std::ranges::count(RowOf(BatchRecord()), ','));
  EXPECT_THAT(CallHeader(), StartsWith("call,key,batch,position,endpoint,outcome,intended_ns,"));
  EXPECT_THAT(BatchHeader(), EndsWith(",answered_ns,replied_ns\n"));
}

TEST(LedgerRowsTest, WhatACallWithoutABatchDoesNotHaveIsEmpty) {
  const CallRecord call{.call = 3, .key = 5, .outcome = Outcome::kCancelled};
  EXPECT_EQ(RowOf(call), "3,5,,,none,cancelled,0,0,0,0,0,0,0,0,0\n");
}

TEST(LedgerRowsTest, HalfCreditsAreWritten) {
  BatchRecord batch{.batch = 2, .entries = 3, .attempts = 2, .accepted = 1, .first_call = 7};
  EXPECT_EQ(RowOf(batch), "2,window,batch,0,3,2,1,0,,value,1.5,7,0,0,0,0,0,0,0\n");
  batch.accepted = 2;
  EXPECT_EQ(RowOf(batch), "2,window,batch,0,3,2,2,0,,value,3,7,0,0,0,0,0,0,0\n");
}

TEST(LedgerRowsTest, RowsFollowOneAnother) {
  std::string rows = "before\n";
  AppendRow(CallRecord{.delivered = At(1'500'000ns)}, rows);
  EXPECT_EQ(rows, "before\n0,0,,,none,value,0,0,0,0,0,0,0,0,1500000\n");
}

TEST(LedgerRowsTest, TheLargestNumbersFit) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  constexpr std::uint32_t kMany = std::numeric_limits<std::uint32_t>::max();
  CallRecord call{.call = kMost,
                  .key = kMost,
                  .batch = kMost - 1,
                  .position = kMany,
                  .endpoint = EndpointKind::kSingle,
                  .outcome = Outcome::kRejectedQueueFull};
  for (const auto& stamp : kCallStamps) {
    call.*stamp.at = Instant::min();
  }
  EXPECT_LE(RowOf(call).size(), kLongestRow);
  BatchRecord batch{.batch = kMost,
                    .reason = FlushReason::kCompletion,
                    .endpoint = EndpointKind::kSingle,
                    .calls = kMany,
                    .entries = kMany,
                    .attempts = kMany,
                    .accepted = kMany,
                    .polls = kMany,
                    .status = std::numeric_limits<std::int32_t>::min(),
                    .outcome = Outcome::kRejectedQueueFull,
                    .timer_lag = Duration::min(),
                    .first_call = kMost};
  for (const auto& stamp : kBatchStamps) {
    batch.*stamp.at = Instant::min();
  }
  EXPECT_LE(RowOf(batch).size(), kLongestRow);
  EXPECT_THAT(RowOf(batch), EndsWith(",-9223372036854775808\n"));
}

}  // namespace
}  // namespace batcher
