#include "results/lib/quantities.h"

#include <gtest/gtest.h>

#include <set>

#include "results/lib/test_ledger.h"

namespace results {
namespace {

using namespace std::chrono_literals;

TEST(ValueOfTest, KnowsTheNamesThatThresholdsUse) {
  const Summary summary =
      Summarise(MakeLedger(10), {.burst_of_call = std::vector<std::uint32_t>(10, 0),
                                 .server_delay_errors = std::vector<batcher::Duration>{1500us}});
  EXPECT_EQ(ValueOf(summary, "calls"), 10);
  EXPECT_EQ(ValueOf(summary, "http_requests"), 20);
  EXPECT_EQ(ValueOf(summary, "requests_saved"), -1);
  EXPECT_EQ(ValueOf(summary, "credits"), 5);
  EXPECT_EQ(ValueOf(summary, "calls_per_batch.mean"), 1);
  EXPECT_EQ(ValueOf(summary, "lone_calls"), 10);
  EXPECT_EQ(ValueOf(summary, "errors"), 0);
  EXPECT_EQ(ValueOf(summary, "outcomes.value"), 10);
  EXPECT_EQ(ValueOf(summary, "flush_reasons.window"), 10);
  EXPECT_EQ(ValueOf(summary, "latency.p50"), 5);
  EXPECT_EQ(ValueOf(summary, "latency.mean"), 5.5);
  EXPECT_EQ(ValueOf(summary, "wait.max"), 0);
  EXPECT_EQ(ValueOf(summary, "parts.server"), 5.5);
  EXPECT_EQ(ValueOf(summary, "burst_completion.p50"), 19);
  EXPECT_EQ(ValueOf(summary, "server_delay_error.p99"), 1.5);
}

TEST(ValueOfTest, HasNoneForAnUnknownNameOrForWhatTheRunLacks) {
  const Summary summary = Summarise(MakeLedger(10), {});
  EXPECT_EQ(ValueOf(summary, "latency_ms.p50"), std::nullopt);
  EXPECT_EQ(ValueOf(summary, "latency"), std::nullopt);
  EXPECT_EQ(ValueOf(summary, ""), std::nullopt);
  EXPECT_EQ(ValueOf(summary, "burst_completion.p50"), std::nullopt);
  EXPECT_EQ(ValueOf(Summary{}, "latency.p50"), std::nullopt);
  EXPECT_EQ(ValueOf(Summary{}, "requests_saved"), std::nullopt);
  EXPECT_EQ(ValueOf(Summary{}, "calls_per_batch.mean"), std::nullopt);
}

TEST(IsQuantityTest, KnowsNamesBeforeTheRun) {
  EXPECT_TRUE(IsQuantity("burst_completion.p50"));
  EXPECT_TRUE(IsQuantity("requests_saved"));
  EXPECT_FALSE(IsQuantity("latency.p95"));
}

TEST(QuantitiesTest, HaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const Quantity& quantity : Quantities({})) {
    EXPECT_TRUE(names.insert(quantity.name).second) << quantity.name;
  }
}

TEST(EvidenceTest, OfALatencyIsItsBatches) {
  const Summary one_short = Summarise(MakeLedger(459), {});
  const Quantity p99 = *FindQuantity(one_short, "latency.p99");
  EXPECT_FALSE(p99.evidence->enough());
  EXPECT_EQ(LackSentence(*p99.evidence), "needs 460 batches, this run had 459");
  EXPECT_TRUE(FindQuantity(one_short, "latency.p90")->evidence->enough());
  EXPECT_TRUE(FindQuantity(Summarise(MakeLedger(460), {}), "latency.p99")->evidence->enough());
}

TEST(EvidenceTest, OfABurstCompletionIsItsBursts) {
  const Summary summary =
      Summarise(MakeLedger(100), {.burst_of_call = std::vector<std::uint32_t>(100, 0)});
  EXPECT_EQ(LackSentence(*FindQuantity(summary, "burst_completion.p50")->evidence),
            "needs 7 bursts, this run had 1");
}

TEST(EvidenceTest, IsNotAskedOfMeansAndExtremes) {
  EXPECT_FALSE(FindQuantity({}, "latency.mean")->evidence);
  EXPECT_FALSE(FindQuantity({}, "latency.max")->evidence);
  EXPECT_FALSE(FindQuantity({}, "generator_lateness.p99")->evidence);
}

}  // namespace
}  // namespace results
