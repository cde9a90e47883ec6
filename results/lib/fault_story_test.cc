#include "results/lib/fault_story.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace results {
namespace {

using batcher::At;
using batcher::BatchRecord;
using batcher::CallRecord;
using batcher::Outcome;
using std::chrono_literals::operator""ms;
using testing::ElementsAre;

// Batch `batch` of two calls, under way from `sent` to `replied`.
void Add(std::uint64_t batch, batcher::Duration sent, batcher::Duration replied, Outcome outcome,
         Ledger& ledger) {
  ledger.batches.push_back({.batch = batch,
                            .calls = 2,
                            .entries = 2,
                            .attempts = 1,
                            .accepted = 1,
                            .polls = 1,
                            .outcome = outcome,
                            .first_call = 2 * batch,
                            .sent = At(sent),
                            .replied = At(replied)});
  for (const std::uint64_t call : {2 * batch, 2 * batch + 1}) {
    ledger.calls.push_back({.call = call,
                            .batch = batch,
                            .outcome = outcome,
                            .intended = At(sent),
                            .delivered = At(replied)});
  }
}

Ledger ThreeBatches() {
  Ledger ledger;
  Add(0, 0ms, 100ms, Outcome::kValue, ledger);
  Add(1, 100ms, 400ms, Outcome::kValue, ledger);
  Add(2, 500ms, 550ms, Outcome::kFailedStatus, ledger);
  ledger.batches[1].attempts = 3;
  ledger.batches[1].accepted = 2;
  ledger.batches[1].polls = 4;
  return ledger;
}

TEST(FaultStoryTest, TellsBatchesThatWereHitFromTheOthers) {
  const FaultStory story = TellOfFaults(
      ThreeBatches(), {.injected = {{"reset", 2}}, .first_calls = {2, 2}, .credits_lost = 1.5});
  EXPECT_THAT(story.injected, ElementsAre(testing::Pair("reset", 2U)));
  EXPECT_DOUBLE_EQ(story.credits_lost, 1.5);
  EXPECT_EQ(story.hit.batches, 1U);
  EXPECT_EQ(story.hit.calls, 2U);
  EXPECT_EQ(story.hit.retries, 2U);
  EXPECT_EQ(story.hit.polls, 4U);
  EXPECT_DOUBLE_EQ(story.hit.extra_credits, 1) << "two addresses, accepted twice";
  EXPECT_EQ(story.hit.latency.mean, 300ms);
  EXPECT_EQ(story.hit.latency.evidence, 1U);
  EXPECT_EQ(story.others.batches, 2U);
  EXPECT_EQ(story.others.polls, 2U);
  EXPECT_DOUBLE_EQ(story.others.extra_credits, 0);
  EXPECT_EQ(story.others.latency.count, 2U) << "the failed ones have none";
  EXPECT_EQ(story.others.outcomes[static_cast<std::size_t>(Outcome::kFailedStatus)], 2U);
}

TEST(FaultStoryTest, WhatWasUnderWayWhileNobodyListenedIsHit) {
  const auto hit = [](batcher::Duration from, batcher::Duration to) {
    return TellOfFaults(ThreeBatches(), {.downtimes = {{At(from), At(to)}}}).hit.batches;
  };
  EXPECT_EQ(hit(420ms, 480ms), 0U);
  EXPECT_EQ(hit(400ms, 480ms), 1U) << "it ended at that moment";
  EXPECT_EQ(hit(420ms, 510ms), 1U);
  EXPECT_EQ(hit(50ms, 520ms), 3U);
}

TEST(FaultStoryTest, ACallWithoutABatchIsWithTheOthers) {
  Ledger ledger = ThreeBatches();
  ledger.calls.push_back({.call = 6, .outcome = Outcome::kRejectedQueueFull});
  const FaultStory story = TellOfFaults(ledger, {.first_calls = {0}});
  EXPECT_EQ(story.hit.calls, 2U);
  EXPECT_EQ(story.others.calls, 5U);
}

TEST(FaultStoryTest, IsToldInFourLines) {
  const FaultStory story = TellOfFaults(
      ThreeBatches(),
      {.injected = {{"reset", 2}, {"hang", 0}}, .first_calls = {2}, .credits_lost = 1.5});
  EXPECT_THAT(
      FaultLines(story),
      ElementsAre("injected 2: 2 reset, 0 hang; they hit 1 of 3 batches",
                  "callers whose batch was hit saw 2 value; the others 2 value, 2 failed_status",
                  "cost: 2 more HTTP requests than one for each batch, 4 polls per batch that "
                  "was hit (1 of the others), 1 credits more than one attempt of each batch, "
                  "1.5 for answers that nobody could read",
                  "latency mean 300 ms where a fault hit, mean 100 ms elsewhere"));
}

}  // namespace
}  // namespace results
