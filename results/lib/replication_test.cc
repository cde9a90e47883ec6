#include "results/lib/replication.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "results/lib/replication_json.h"

namespace results {
namespace {

using namespace std::chrono_literals;
using batcher::At;
using batcher::Duration;
using batcher::Outcome;

// A call that waited for half of its latency.
batcher::CallRecord Call(std::uint64_t call, Duration intended, Duration latency,
                         std::uint64_t batch, Outcome outcome = Outcome::kValue) {
  batcher::CallRecord record{.call = call, .batch = batch, .outcome = outcome};
  record.intended = record.submitted = At(intended);
  record.due = record.dispatched = record.sent = record.attempted = At(intended + latency / 2);
  record.answered = record.replied = record.delivered = At(intended + latency);
  return record;
}

TEST(ReplicationTest, AddsUpWhatItIsTold) {
  ReplicationTally tally(false);
  for (std::uint64_t i = 0; i < 4; ++i) {
    tally.Arrive(i, kNoBurst);
    tally.End(Call(i, Duration(1ms) * static_cast<int>(i), 10ms, i / 2));
  }
  tally.End(batcher::BatchRecord{.batch = 0, .calls = 2, .entries = 2, .attempts = 1, .polls = 1});
  const Replication replication = tally.Finish();
  const Summary summary = replication.tally.Finish();
  EXPECT_EQ(summary.calls, 4U);
  EXPECT_EQ(summary.http_requests, 2U);
  EXPECT_EQ(summary.requests_saved, 0.5);
  EXPECT_EQ(summary.latency.evidence, 2U);
  EXPECT_EQ(summary.latency.mean, 10ms);
  EXPECT_EQ(summary.wait.mean, 5ms);
  EXPECT_EQ(summary.mean_parts.Sum(), 10ms);
  EXPECT_FALSE(summary.burst_completion);
  EXPECT_DOUBLE_EQ(replication.offered_rate, 1000);
}

TEST(ReplicationTest, TheWarmUpIsLeftOutOfTheTimesAndNotOfTheCounts) {
  const auto run = [](bool stationary) {
    ReplicationTally tally(stationary);
    for (std::uint64_t i = 0; i < 2000; ++i) {
      const Duration noise = std::chrono::microseconds(i * 7919 % 100);
      tally.Arrive(i, kNoBurst);
      tally.End(Call(i, Duration(1ms) * static_cast<int>(i), (i < 100 ? 5ms : 100ms) + noise, i));
    }
    return tally.Finish();
  };
  const Replication cut = run(true);
  EXPECT_GE(cut.warm_up_calls, 100U);
  EXPECT_LE(cut.warm_up_calls, 110U);
  EXPECT_EQ(cut.tally.counts.calls, 2000U);
  EXPECT_EQ(cut.tally.latency.count(), 2000U - cut.warm_up_calls);
  EXPECT_GE(cut.tally.latency.Quantile(0), 99ms);
  const Replication whole = run(false);
  EXPECT_EQ(whole.warm_up_calls, 0U);
  EXPECT_EQ(whole.tally.latency.count(), 2000U);
}

TEST(ReplicationTest, AQueueThatGrowsAllTheTimeIsSaturated) {
  ReplicationTally growing(true);
  ReplicationTally steady(true);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const Duration intended = Duration(1ms) * static_cast<int>(i);
    growing.Arrive(i, kNoBurst);
    growing.End(Call(i, intended, 10ms + intended, i));  // 500 of 1,000 calls a second are answered
    steady.Arrive(i, kNoBurst);
    steady.End(Call(i, intended, 400ms, i));
  }
  const auto possible = growing.Finish().saturated_at;
  ASSERT_TRUE(possible);
  EXPECT_NEAR(*possible, 500, 10);
  EXPECT_FALSE(steady.Finish().saturated_at);
}

TEST(ReplicationTest, CallsThatNoBatchTookAreNoQueueThatGrew) {
  ReplicationTally tally(true);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const Duration intended = Duration(1ms) * static_cast<int>(i);
    tally.Arrive(i, kNoBurst);
    tally.End(i < 991 ? Call(i, intended, 40ms, i)
                      : Call(i, intended, 30s, batcher::kNoBatch, Outcome::kTimeout));
  }
  EXPECT_FALSE(tally.Finish().saturated_at);
}

TEST(ReplicationTest, BurstsAreDoneWithTheirLastCall) {
  ReplicationTally tally(false);
  for (std::uint64_t i = 0; i < 4; ++i) {
    tally.Arrive(i, static_cast<std::uint32_t>(i / 2));
  }
  tally.End(Call(0, 0ms, 5ms, 0));
  tally.End(Call(1, 1ms, 6ms, 0));
  tally.End(Call(2, 10ms, 6ms, 1));
  tally.End(Call(3, 10ms, 8ms, 1, Outcome::kTimeout));
  const Summary summary = tally.Finish().tally.Finish();
  ASSERT_TRUE(summary.burst_completion);
  EXPECT_EQ(summary.burst_completion->count, 1U);
  EXPECT_EQ(summary.burst_completion->max, 7ms);
  EXPECT_EQ(summary.incomplete_bursts, 1U);
}

TEST(ReplicationTest, IsReadBackFromItsLine) {
  ReplicationTally tally(true);
  for (std::uint64_t i = 0; i < 500; ++i) {
    tally.Arrive(i, 0);
    tally.End(Call(i, Duration(1ms) * static_cast<int>(i), 5ms + Duration(i * 997), i / 3));
  }
  tally.End(batcher::BatchRecord{.batch = 0, .calls = 2, .entries = 2, .attempts = 1});
  const Replication replication = tally.Finish();
  const std::string line = ReplicationJson(replication);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto read = ParseReplication(line);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(ReplicationJson(*read), line);
  EXPECT_EQ(read->tally.Finish().latency.p99, replication.tally.Finish().latency.p99);
  EXPECT_EQ(read->worst_minute_p99, replication.worst_minute_p99);
  EXPECT_FALSE(ParseReplication("{}"));
  EXPECT_FALSE(ParseReplication(line.substr(0, line.size() / 2)));
}

TEST(ReplicationTest, WithAPriceItIsHeldAgainstTheLeastCost) {
  ReplicationTally tally(false, RegretTally(10ms, 5ms));
  for (std::uint64_t i = 0; i < 3; ++i) {
    tally.End(Call(i, Duration(1ms) * static_cast<int>(i), 8ms, i));
    tally.End(batcher::BatchRecord{.batch = i, .calls = 1, .entries = 1, .attempts = 1});
  }
  const Replication replication = tally.Finish();
  ASSERT_TRUE(replication.bounds);
  EXPECT_EQ(replication.bounds->regret.run, (Batching{.batches = 3, .waiting = 12ms}));
  EXPECT_EQ(replication.bounds->regret.least, (Batching{.batches = 1, .waiting = 3ms}));
  EXPECT_EQ(replication.bounds->fewest_batches, 1U);
  const auto read = ParseReplication(ReplicationJson(replication));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(ReplicationJson(*read), ReplicationJson(replication));
  EXPECT_DOUBLE_EQ(read->bounds->regret.Ratio(), 42.0 / 13);
}

TEST(TallyTest, PoolsRunsAsIfTheyWereOne) {
  ReplicationTally first(false);
  ReplicationTally second(false);
  ReplicationTally both(false);
  for (std::uint64_t i = 0; i < 100; ++i) {
    const auto call =
        Call(i, Duration(1ms) * static_cast<int>(i), Duration(1us) * static_cast<int>(i + 1), i);
    (i < 60 ? first : second).End(call);
    both.End(call);
  }
  Tally pooled = first.Finish().tally;
  pooled.Merge(second.Finish().tally);
  const Summary merged = pooled.Finish();
  const Summary whole = both.Finish().tally.Finish();
  EXPECT_EQ(merged.calls, 100U);
  EXPECT_EQ(merged.latency.p99, whole.latency.p99);
  EXPECT_EQ(merged.latency.mean, whole.latency.mean);
  EXPECT_EQ(merged.latency.evidence, 100U);
}

}  // namespace
}  // namespace results
