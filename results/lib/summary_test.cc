#include "results/lib/summary.h"

#include <gtest/gtest.h>

#include "results/lib/test_ledger.h"

namespace results {
namespace {

using namespace std::chrono_literals;
using batcher::Outcome;

std::uint64_t CountOf(const Summary& summary, Outcome outcome) {
  return summary.outcomes[static_cast<std::size_t>(outcome)];
}

TEST(SummariseTest, TakesAnEmptyLedger) {
  const Summary summary = Summarise({}, {});
  EXPECT_EQ(summary.calls, 0U);
  EXPECT_FALSE(summary.requests_saved);
  EXPECT_EQ(summary.latency.count, 0U);
  EXPECT_FALSE(summary.burst_completion);
  EXPECT_FALSE(summary.server_delay_error);
}

TEST(SummariseTest, CountsAttemptsRetriesAndPollsAsHttpRequests) {
  Ledger ledger = MakeLedger(10);
  ledger.batches.resize(2);
  ledger.batches[0].attempts = 3;
  ledger.batches[0].polls = 4;
  ledger.batches[1].attempts = 0;  // never sent
  ledger.batches[1].polls = 0;
  const Summary summary = Summarise(ledger, {});
  EXPECT_EQ(summary.http_requests, 7U);
  EXPECT_EQ(summary.retries, 2U);
  EXPECT_EQ(summary.polls, 4U);
  EXPECT_DOUBLE_EQ(*summary.requests_saved, 0.3);
}

TEST(SummariseTest, SavesLessThanNothingWhenPollsOutnumberCalls) {
  Ledger ledger = MakeLedger(1);
  ledger.batches[0].polls = 3;
  EXPECT_DOUBLE_EQ(*Summarise(ledger, {}).requests_saved, -3);
}

TEST(SummariseTest, DescribesBatches) {
  Ledger ledger = MakeLedger(2);
  ledger.batches[0].calls = 5;
  ledger.batches[0].entries = 3;
  ledger.batches[0].timer_lag = 80us;
  ledger.batches[1].endpoint = batcher::EndpointKind::kSingle;
  ledger.batches[1].reason = batcher::FlushReason::kIdle;
  const Summary summary = Summarise(ledger, {});
  EXPECT_EQ(summary.batches, 2U);
  EXPECT_DOUBLE_EQ(summary.calls_per_batch_mean, 3);
  EXPECT_EQ(summary.calls_per_batch_max, 5U);
  EXPECT_EQ(summary.lone_calls, 1U);
  EXPECT_EQ(summary.dedup_saved, 2U);
  EXPECT_DOUBLE_EQ(summary.credits, 2.5);
  EXPECT_EQ(summary.flush_reasons[static_cast<std::size_t>(batcher::FlushReason::kWindow)], 1U);
  EXPECT_EQ(summary.flush_reasons[static_cast<std::size_t>(batcher::FlushReason::kIdle)], 1U);
  EXPECT_EQ(summary.timer_lag.max, 80us);
}

TEST(SummariseTest, TakesLatencyFromAnsweredCallsOnly) {
  Ledger ledger = MakeLedger(4);
  ledger.calls[0].outcome = Outcome::kRejectedQueueFull;
  ledger.calls[2].outcome = Outcome::kNotFound;
  ledger.calls[3].outcome = Outcome::kTimeout;
  const Summary summary = Summarise(ledger, {});
  EXPECT_EQ(summary.errors, 2U);
  EXPECT_EQ(CountOf(summary, Outcome::kValue), 1U);
  EXPECT_EQ(CountOf(summary, Outcome::kTimeout), 1U);
  EXPECT_EQ(summary.latency.count, 2U);
  EXPECT_EQ(summary.latency.p50, 2ms);
  EXPECT_EQ(summary.latency.max, 3ms);
  EXPECT_EQ(summary.generator_lateness.count, 4U);
}

TEST(SummariseTest, CountsBatchesAndNotCallsAsEvidence) {
  Ledger ledger = MakeLedger(10);
  for (batcher::CallRecord& call : ledger.calls) {
    call.batch %= 3;
  }
  const Summary summary = Summarise(ledger, {});
  EXPECT_EQ(summary.latency.count, 10U);
  EXPECT_EQ(summary.latency.evidence, 3U);
  EXPECT_EQ(summary.wait.evidence, 3U);
}

TEST(SummariseTest, CountsLatencyFromTheIntendedTimeAndWaitFromTheSubmit) {
  Ledger ledger;
  ledger.calls.push_back(MakeCall(0, 0, 10ms, 5ms));
  ledger.calls[0].intended = batcher::At(8ms);
  ledger.calls[0].sent = batcher::At(13ms);
  ledger.calls[0].attempted = batcher::At(13ms);
  const Summary summary = Summarise(ledger, {});
  EXPECT_EQ(summary.latency.max, 7ms);
  EXPECT_EQ(summary.wait.max, 3ms);
  EXPECT_EQ(summary.generator_lateness.p99, 2ms);
  EXPECT_EQ(summary.mean_parts.Sum(), summary.latency.mean);
  EXPECT_EQ(summary.mean_parts.send, 3ms);
}

TEST(SummariseTest, CompletesABurstWithItsLastAnswer) {
  Ledger ledger;
  ledger.calls = {MakeCall(0, 0, 0ms, 30ms), MakeCall(1, 0, 2ms, 10ms), MakeCall(2, 1, 100ms, 5ms),
                  MakeCall(3, 2, 500ms, 1s)};
  const Summary summary = Summarise(ledger, {.burst_of_call = {0, 0, 1, kNoBurst}});
  ASSERT_TRUE(summary.burst_completion);
  EXPECT_EQ(summary.burst_completion->count, 2U);
  EXPECT_EQ(summary.burst_completion->evidence, 2U);
  EXPECT_EQ(summary.burst_completion->p50, 5ms);
  EXPECT_EQ(summary.burst_completion->max, 30ms);
  EXPECT_EQ(summary.incomplete_bursts, 0U);
}

TEST(SummariseTest, DoesNotCallABurstCompleteThatLacksAnAnswer) {
  Ledger ledger;
  ledger.calls = {MakeCall(0, 0, 0ms, 30ms), MakeCall(1, 0, 2ms, 10ms), MakeCall(2, 1, 100ms, 5ms)};
  ledger.calls[1].outcome = Outcome::kRejectedQueueFull;
  const Summary summary = Summarise(ledger, {.burst_of_call = {0, 0, 1}});
  EXPECT_EQ(summary.burst_completion->count, 1U);
  EXPECT_EQ(summary.burst_completion->max, 5ms);
  EXPECT_EQ(summary.incomplete_bursts, 1U);
}

TEST(SummariseTest, DescribesTheDelayErrorsOfTheServer) {
  const Summary summary =
      Summarise(MakeLedger(1), {.server_delay_errors = std::vector<batcher::Duration>{2ms, 1ms}});
  ASSERT_TRUE(summary.server_delay_error);
  EXPECT_EQ(summary.server_delay_error->p99, 2ms);
}

}  // namespace
}  // namespace results
