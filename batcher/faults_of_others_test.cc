#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "batcher/batcher.h"
#include "batcher/core/engine_fixture.h"
#include "batcher/runtime/test_service.h"

// What other batchers are known to do wrong, by name. Each test fails if this one did it, too.

namespace batcher {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

std::vector<Pending<int>> GetAll(Batcher<int, int>& batcher, const std::vector<int>& keys) {
  std::vector<Pending<int>> calls;
  for (const int key : keys) {
    calls.push_back(batcher.Get(key));
  }
  return calls;
}

TEST(FaultsOfOthers, OneCancelledCallerHangsTheRest) {
  Batcher<int, int> batcher({.batch = AnswerAll}, FlushedByHand());
  std::vector<Pending<int>> calls = GetAll(batcher, {1, 2, 3});
  calls[0].Cancel();
  batcher.Flush();
  EXPECT_EQ(calls[0].Wait().outcome, Outcome::kCancelled);
  EXPECT_EQ(calls[1].Wait().value, ValueOf(2));
  EXPECT_EQ(calls[2].Wait().value, ValueOf(3));
  std::vector<Pending<int>> later = GetAll(batcher, {4});
  batcher.Flush();
  EXPECT_EQ(later[0].Wait().value, ValueOf(4));
}

TEST(FaultsOfOthers, AFailedBatchKillsTheLoop) {
  bool failed = false;
  Batcher<int, int> batcher({.batch =
                                 [&](std::span<const int> keys, const std::stop_token& stop) {
                                   if (!std::exchange(failed, true)) {
                                     throw std::runtime_error("once");
                                   }
                                   return AnswerAll(keys, stop);
                                 }},
                            FlushedByHand());
  std::vector<Pending<int>> first = GetAll(batcher, {1, 2});
  batcher.Flush();
  EXPECT_EQ(first[1].Wait().outcome, Outcome::kFailedThrew);
  std::vector<Pending<int>> later = GetAll(batcher, {3});
  batcher.Flush();
  EXPECT_EQ(later[0].Wait().value, ValueOf(3));
}

TEST(FaultsOfOthers, MissingResultsNeverComplete) {
  Batcher<int, int> batcher(
      {.batch = [](std::span<const int>,
                   const std::stop_token&) { return std::vector<ItemResult<int>>{}; }},
      FlushedByHand());
  std::vector<Pending<int>> calls = GetAll(batcher, {1, 2});
  batcher.Flush();
  EXPECT_EQ(calls[0].Wait().outcome, Outcome::kMissingResult);
  EXPECT_EQ(calls[1].Wait().outcome, Outcome::kMissingResult);
}

TEST(FaultsOfOthers, AFullBatchWaitsForItsTimerAnyway) {
  EngineOptions options = OnlyPolicy(WindowPolicy(10ms));
  options.queue.max_items = 2;
  EngineFixture fixture(options);
  fixture.Submit(0ms, 1);
  fixture.Submit(3ms, 2);
  fixture.RunUntil(20ms);
  EXPECT_THAT(fixture.dispatched_at, ElementsAre(3ms));
}

TEST(FaultsOfOthers, AStaleTimerFlushesTheNextBatchEarly) {
  EngineOptions options = OnlyPolicy(WindowPolicy(10ms));
  options.queue.max_items = 2;
  EngineFixture fixture(options);
  fixture.Submit(0ms, 1);
  fixture.Submit(3ms,
                 2);  // Full: leaves, and the timer of the first call, at 10 ms, means nothing.
  fixture.Submit(5ms, 3);
  fixture.RunUntil(30ms);
  EXPECT_THAT(fixture.dispatched_at, ElementsAre(3ms, 15ms));
}

TEST(FaultsOfOthers, DuplicateKeysGetNoAnswerOrANeighbours) {
  std::vector<std::vector<int>> batches;
  Batcher<int, int> batcher({.batch =
                                 [&](std::span<const int> keys, const std::stop_token& stop) {
                                   batches.emplace_back(keys.begin(), keys.end());
                                   return AnswerAll(keys, stop);
                                 }},
                            FlushedByHand());
  std::vector<Pending<int>> calls = GetAll(batcher, {1, 1, 2, 2});
  batcher.Flush();
  EXPECT_EQ(calls[0].Wait().value, ValueOf(1));
  EXPECT_EQ(calls[1].Wait().value, ValueOf(1));
  EXPECT_EQ(calls[2].Wait().value, ValueOf(2));
  EXPECT_EQ(calls[3].Wait().value, ValueOf(2));
  EXPECT_THAT(batches, ElementsAre(ElementsAre(1, 2)));
}

TEST(FaultsOfOthers, ShutdownDropsQueuedCalls) {
  std::vector<Pending<int>> calls;
  {
    Batcher<int, int> batcher({.batch = AnswerAll}, FlushedByHand());
    calls = GetAll(batcher, {1, 2, 3});
  }
  for (Pending<int>& call : calls) {
    ASSERT_TRUE(call.ready());
    EXPECT_EQ(call.Wait().outcome, Outcome::kShutDown);
  }
}

TEST(FaultsOfOthers, TheWindowRestartsAtEveryArrival) {
  EngineFixture fixture(OnlyPolicy(WindowPolicy(10ms)));
  for (int i = 0; i < 4; ++i) {
    fixture.Submit(i * 3ms, static_cast<std::uint64_t>(i));
  }
  fixture.RunUntil(30ms);
  EXPECT_THAT(fixture.dispatched_at, ElementsAre(10ms));
}

}  // namespace
}  // namespace batcher
