#include "results/lib/fingerprint.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "results/lib/test_ledger.h"

namespace results {
namespace {

using namespace std::chrono_literals;

TEST(FingerprintTest, IsTheSameForEqualLedgers) {
  EXPECT_EQ(Fingerprint(MakeLedger(10)), Fingerprint(MakeLedger(10)));
}

TEST(FingerprintTest, IsTheSameOnEveryMachine) {
  EXPECT_EQ(FormatFingerprint(Fingerprint(MakeLedger(10))), "59c6a207ab3129e5");
}

TEST(FingerprintTest, ChangesWithEveryFieldOfACall) {
  std::set<std::uint64_t> seen = {Fingerprint(MakeLedger(2))};
  const auto changed = [&](auto change) {
    Ledger ledger = MakeLedger(2);
    change(ledger.calls[1]);
    return seen.insert(Fingerprint(ledger)).second;
  };
  using Call = batcher::CallRecord;
  EXPECT_TRUE(changed([](Call& call) { call.call = 9; }));
  EXPECT_TRUE(changed([](Call& call) { call.key = 9; }));
  EXPECT_TRUE(changed([](Call& call) { call.batch = 9; }));
  EXPECT_TRUE(changed([](Call& call) { call.position = 9; }));
  EXPECT_TRUE(changed([](Call& call) { call.endpoint = batcher::EndpointKind::kSingle; }));
  EXPECT_TRUE(changed([](Call& call) { call.outcome = batcher::Outcome::kNotFound; }));
  for (const auto& stamp : kCallStamps) {
    EXPECT_TRUE(changed([&](Call& call) { call.*stamp.at += 1ns; })) << stamp.name;
  }
}

TEST(FingerprintTest, ChangesWithEveryFieldOfABatch) {
  std::set<std::uint64_t> seen = {Fingerprint(MakeLedger(2))};
  const auto changed = [&](auto change) {
    Ledger ledger = MakeLedger(2);
    change(ledger.batches[1]);
    return seen.insert(Fingerprint(ledger)).second;
  };
  using Batch = batcher::BatchRecord;
  EXPECT_TRUE(changed([](Batch& batch) { batch.batch = 9; }));
  EXPECT_TRUE(changed([](Batch& batch) { batch.reason = batcher::FlushReason::kDrain; }));
  EXPECT_TRUE(changed([](Batch& batch) { batch.endpoint = batcher::EndpointKind::kSingle; }));
  EXPECT_TRUE(changed([](Batch& batch) { batch.calls = 9; }));
  EXPECT_TRUE(changed([](Batch& batch) { batch.entries = 9; }));
  EXPECT_TRUE(changed([](Batch& batch) { batch.attempts = 9; }));
  EXPECT_TRUE(changed([](Batch& batch) { batch.accepted = 9; }));
  EXPECT_TRUE(changed([](Batch& batch) { batch.polls = 9; }));
  EXPECT_TRUE(changed([](Batch& batch) { batch.status = 9; }));
  EXPECT_TRUE(changed([](Batch& batch) { batch.outcome = batcher::Outcome::kTimeout; }));
  EXPECT_TRUE(changed([](Batch& batch) { batch.timer_lag = 9ns; }));
  EXPECT_TRUE(changed([](Batch& batch) { batch.first_call = 9; }));
  for (const auto& stamp : kBatchStamps) {
    EXPECT_TRUE(changed([&](Batch& batch) { batch.*stamp.at += 1ns; })) << stamp.name;
  }
}

TEST(FingerprintTest, ChangesWithTheOrderOfRecords) {
  Ledger swapped = MakeLedger(2);
  std::swap(swapped.calls[0], swapped.calls[1]);
  EXPECT_NE(Fingerprint(swapped), Fingerprint(MakeLedger(2)));
}

TEST(FormatFingerprintTest, WritesSixteenDigits) {
  EXPECT_EQ(FormatFingerprint(0xabc), "0000000000000abc");
}

}  // namespace
}  // namespace results
