#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "batcher/batcher.h"
#include "batcher/runtime/test_service.h"

// What may be said of one call, and what happens to it when the queue is full.

namespace batcher {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

std::chrono::steady_clock::time_point FromNow(Duration duration) {
  return RunClock::SteadyNow() + duration;
}

// Answers when it is let, or asked to stop.
struct Gate {
  Event open;
  std::atomic<int> batches = 0;

  std::vector<ItemResult<int>> Answer(std::span<const int> keys, const std::stop_token& stop) {
    ++batches;
    open.Wait(stop);
    return AnswerAll(keys, stop);
  }
  BatchFunctions<int, int> functions() {
    return {.batch = [this](std::span<const int> keys, const std::stop_token& stop) {
      return Answer(keys, stop);
    }};
  }
};

TEST(CallOptionsTest, ADeadlineEndsTheCallInTheQueueInFlightAndWhenItHasPassed) {
  Gate gate;
  BatcherOptions options = FlushedByHand();
  options.queue.max_in_flight = 1;
  Batcher<int, int> batcher(gate.functions(), options);
  Pending<int> late = batcher.Get(1, {.deadline = FromNow(-1h)});
  EXPECT_EQ(late.Wait().outcome, Outcome::kDeadlineExceeded);
  Pending<int> in_flight = batcher.Get(2, {.deadline = FromNow(20ms)});
  EXPECT_EQ(in_flight.Wait().outcome, Outcome::kDeadlineExceeded);
  EXPECT_EQ(gate.batches, 1) << "its deadline pulled the flush forward";
  // The abandoned request still blocks the only worker that was started, not the slot.
  gate.open.Set();
  Pending<int> in_time = batcher.Get(3, {.deadline = FromNow(kGenerous)});
  batcher.Flush();
  EXPECT_EQ(in_time.Wait().value, ValueOf(3));
}

TEST(CallOptionsTest, ADeadlineOfOneCallTakesTheOthersOfItsBatchAlong) {
  Batcher<int, int> batcher({.batch = AnswerAll}, FlushedByHand());
  Pending<int> patient = batcher.Get(1);
  Pending<int> hasty = batcher.Get(2, {.deadline = FromNow(100ms)});
  if (hasty.Wait().outcome == Outcome::kDeadlineExceeded) {
    batcher.Flush();  // This machine did not run the batcher for 100 ms: the other call stayed.
  }
  EXPECT_EQ(patient.Wait().value, ValueOf(1));
}

TEST(CallOptionsTest, AStopEndsACallInTheQueueAndLeavesItsNeighboursAlone) {
  CountingObserver observer;
  BatcherOptions options = FlushedByHand();
  options.observer = &observer;
  Batcher<int, int> batcher({.batch = AnswerAll}, options);
  std::stop_source stop;
  Pending<int> stopped = batcher.Get(1, {.stop = stop.get_token()});
  Pending<int> twin = batcher.Get(1);
  Pending<int> other = batcher.Get(2);
  stop.request_stop();
  EXPECT_EQ(stopped.Wait().outcome, Outcome::kCancelled);
  batcher.Flush();
  EXPECT_EQ(twin.Wait().value, ValueOf(1));
  EXPECT_EQ(other.Wait().value, ValueOf(2));
}

TEST(CallOptionsTest, AStopEndsACallInFlightAtOnce) {
  Gate gate;
  Batcher<int, int> batcher(gate.functions(), FlushedByHand());
  std::stop_source stop;
  Pending<int> stopped = batcher.Get(1, {.stop = stop.get_token()});
  Pending<int> other = batcher.Get(2);
  batcher.Flush();
  stop.request_stop();
  EXPECT_EQ(stopped.Wait().outcome, Outcome::kCancelled);
  gate.open.Set();
  EXPECT_EQ(other.Wait().value, ValueOf(2));
}

TEST(CallOptionsTest, AStopBeforeSubmitIsHeard) {
  std::stop_source stop;
  stop.request_stop();
  Batcher<int, int> batcher({.batch = AnswerAll}, FlushedByHand());
  Event answered;
  Outcome outcome = Outcome::kValue;
  batcher.Submit(1,
                 [&](const Answer<int>& answer) {
                   outcome = answer.outcome;
                   answered.Set();
                 },
                 {.stop = stop.get_token()});
  ASSERT_TRUE(answered.Wait());
  EXPECT_EQ(outcome, Outcome::kCancelled);
}

TEST(CallOptionsTest, AStopAfterTheAnswerOrTheBatcherIsNoFault) {
  std::stop_source stop;
  {
    Batcher<int, int> batcher({.batch = AnswerAll}, FlushedByHand());
    Pending<int> one = batcher.Get(1, {.stop = stop.get_token()});
    batcher.Flush();
    EXPECT_EQ(one.Wait().value, ValueOf(1));
  }
  EXPECT_TRUE(stop.request_stop());
}

TEST(CallOptionsTest, ACallbackMayStopItsOwnCallAndOthers) {
  Batcher<int, int> batcher({.batch = AnswerAll}, FlushedByHand());
  std::stop_source stop;
  const auto at_answer = [&](const Answer<int>&) { stop.request_stop(); };
  batcher.Submit(1, at_answer, {.stop = stop.get_token()});
  batcher.Flush();
  Pending<int> other = batcher.Get(2, {.stop = stop.get_token()});
  EXPECT_EQ(other.Wait().outcome, Outcome::kCancelled);
}

TEST(CallOptionsTest, OneStopEndsManyCallsOfManyThreads) {
  Batcher<int, int> batcher({.batch = AnswerAll}, FlushedByHand());
  std::stop_source stop;
  std::atomic<int> cancelled = 0;
  std::vector<std::thread> threads;
  constexpr int kThreads = 4;
  constexpr int kCalls = 100;
  threads.reserve(kThreads);
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&] {
      for (int key = 0; key < kCalls; ++key) {
        Pending<int> call = batcher.Get(key, {.stop = stop.get_token()});
        if (key == kCalls / 2) {
          stop.request_stop();
        }
        cancelled += key >= kCalls / 2 && call.Wait().outcome == Outcome::kCancelled ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(cancelled, kThreads * kCalls / 2);
}

TEST(CallOptionsTest, KeysAreWeighedAndABatchHoldsNoMoreThanItsBytes) {
  CountingObserver observer;
  BatcherOptions options = FlushedByHand();
  options.queue.max_bytes = 10;
  options.observer = &observer;
  const auto lengths = [](std::span<const std::string> keys, const std::stop_token&) {
    std::vector<ItemResult<std::size_t>> results;
    for (const std::string& key : keys) {
      results.push_back(Found(key.size()));
    }
    return results;
  };
  const auto length = [](const std::string& key) { return key.size(); };
  {
    Batcher<std::string, std::size_t> batcher({.batch = lengths, .bytes_of = length}, options);
    Pending<std::size_t> first = batcher.Get("1234");
    Pending<std::size_t> second = batcher.Get("567890");
    EXPECT_EQ(first.Wait().value, 4U) << "the batch is full";
    EXPECT_EQ(second.Wait().value, 6U);
    Pending<std::size_t> large = batcher.Get("12345678901");
    EXPECT_TRUE(large.ready()) << "refused before Get returns";
    EXPECT_EQ(large.Wait().outcome, Outcome::kRejectedTooLarge);
    EXPECT_EQ(batcher.Get("x", {.bytes = 11}).Wait().outcome, Outcome::kRejectedTooLarge);
  }
  ASSERT_EQ(observer.refused().size(), 2U);
  EXPECT_EQ(observer.refused()[0].outcome, Outcome::kRejectedTooLarge);
}

TEST(CallOptionsTest, AFullQueueShedsTheOldestEvenIfNothingElseWakesTheBatcher) {
  Gate gate;
  BatcherOptions options = FlushedByHand();
  options.queue.policy = NaturalPolicy();
  options.queue.max_in_flight = 1;
  options.queue.max_queued = 2;
  options.queue.overflow = Overflow::kShedOldest;
  Batcher<int, int> batcher(gate.functions(), options);
  Pending<int> blocks = batcher.Get(0);
  while (gate.batches == 0) {
    std::this_thread::yield();
  }
  Pending<int> oldest = batcher.Get(1);
  Pending<int> second = batcher.Get(2);
  Pending<int> third = batcher.Get(3);
  EXPECT_EQ(oldest.Wait().outcome, Outcome::kRejectedShed);
  gate.open.Set();
  EXPECT_EQ(second.Wait().value, ValueOf(2));
  EXPECT_EQ(third.Wait().value, ValueOf(3));
}

TEST(CallOptionsTest, WithOverflowWaitAllAreAnsweredThoughTheQueueHoldsTwo) {
  BatcherOptions options;
  options.queue.policy = NaturalPolicy();
  options.queue.max_in_flight = 1;
  options.queue.max_items = 2;
  options.queue.max_queued = 2;
  options.queue.overflow = Overflow::kWait;
  Batcher<int, int> batcher({.batch = AnswerAll}, options);
  std::vector<Pending<int>> calls;
  for (int key = 0; key < 100; ++key) {
    calls.push_back(batcher.Get(key));
  }
  for (int key = 0; key < 100; ++key) {
    EXPECT_EQ(calls[static_cast<std::size_t>(key)].Wait().value, ValueOf(key));
  }
}

TEST(CallOptionsTest, OneBadKeyIsIsolatedAndTheOthersAreAnswered) {
  CountingObserver observer;
  BatcherOptions options = FlushedByHand();
  options.wire.isolation_requests = 20;
  options.queue.single_below = 1;
  options.observer = &observer;
  std::vector<Answer<int>> answers;
  {
    Batcher<int, int> batcher({.batch =
                                   [](std::span<const int> keys, const std::stop_token& stop) {
                                     if (std::find(keys.begin(), keys.end(), 5) != keys.end()) {
                                       throw std::runtime_error("no names");
                                     }
                                     return AnswerAll(keys, stop);
                                   }},
                              options);
    std::vector<Pending<int>> calls;
    for (int key = 0; key < 8; ++key) {
      calls.push_back(batcher.Get(key));
    }
    batcher.Flush();
    for (Pending<int>& call : calls) {
      answers.push_back(call.Wait());
    }
  }
  for (int key = 0; key < 8; ++key) {
    const Answer<int>& answer = answers[static_cast<std::size_t>(key)];
    if (key == 5) {
      EXPECT_EQ(answer.outcome, Outcome::kFailedThrew);
      EXPECT_EQ(answer.message, "threw: no names");
    } else {
      EXPECT_EQ(answer.value, ValueOf(key)) << answer.message;
    }
  }
  EXPECT_EQ(observer.retries(), std::vector<RetryReason>(6, RetryReason::kIsolation));
  EXPECT_EQ(observer.batches().size(), 1U);
}

TEST(BatcherOptionsTest, TheLongestTimesAreNoEndAndNotAnEndAtOnce) {
  Gate gate;
  BatcherOptions options = FlushedByHand();
  options.wire.timeout = Duration::max();
  options.wire.attempt_timeout = Duration::max();
  Batcher<int, int> batcher(gate.functions(), options);
  Pending<int> call = batcher.Get(1);
  batcher.Flush();
  std::thread opener([&] {
    while (gate.batches == 0) {
      std::this_thread::yield();
    }
    gate.open.Set();
  });
  EXPECT_TRUE(call.WaitFor(Duration::max()));
  EXPECT_EQ(call.Wait().value, ValueOf(1));
  Pending<int> drained = batcher.Get(2);
  batcher.Drain(Duration::max());
  EXPECT_EQ(drained.Wait().value, ValueOf(2));
  opener.join();
}

TEST(BatcherOptionsTest, ARetuneThatCannotBeIsOneSentenceAndChangesNothing) {
  Batcher<int, int> batcher({.batch = AnswerAll}, FlushedByHand());
  const auto sentence = [&](const QueueOptions& queue) {
    const std::optional<Error> problem = batcher.Retune(queue);
    return problem ? problem->message : "none";
  };
  EXPECT_EQ(sentence({.max_items = 0}), "max_items: found 0, wanted at least 1");
  EXPECT_EQ(sentence({.policy = TickPolicy(0s)}).find("policy.period: found 0"), 0U);
  EXPECT_EQ(sentence({.policy = WindowPolicy(-5ms)}).find("policy.window: found -5ms"), 0U);
  EXPECT_EQ(sentence({.policy = WindowPolicy(Duration::max())}).find("policy.window: found"), 0U);
  Pending<int> call = batcher.Get(1);
  batcher.Flush();
  EXPECT_EQ(call.Wait().value, ValueOf(1));
}

TEST(BatcherOptionsDeathTest, ABatcherWithOptionsThatCannotBeSaysWhichAndEnds) {
  BatcherOptions options;
  options.wire.timeout = 0s;
  EXPECT_DEATH((Batcher<int, int>({.batch = AnswerAll}, options)),
               "timeout: found 0ms, wanted more than 0");
}

TEST(BatcherOptionsTest, ABudgetOfRetriesThatCannotBeIsOneSentence) {
  WireOptions wire;
  wire.retry_budget = RetryBudgetOptions{.reserve = 0.5};
  EXPECT_EQ(ProblemOf(wire)->message, "retry_budget.reserve: found 0.5, wanted at least 1");
  wire.retry_budget = RetryBudgetOptions{.share = -1};
  EXPECT_EQ(ProblemOf(wire)->message, "retry_budget.share: found -1, wanted at least 0");
  wire.retry_budget = std::nullopt;
  EXPECT_FALSE(ProblemOf(wire));
  wire.max_retry_after = -1s;
  EXPECT_EQ(ProblemOf(wire)->message, "max_retry_after: found -1s, wanted at least 0");
}

TEST(PendingTest, OfNoCallIsNotValidUntilItIsAssignedOne) {
  Batcher<int, int> batcher({.batch = AnswerAll}, {});
  Pending<int> pending;
  EXPECT_FALSE(pending.valid());
  pending = batcher.Get(1);
  EXPECT_TRUE(pending.valid());
  EXPECT_EQ(pending.Wait().value, ValueOf(1));
}

TEST(CallOptionsTest, AFutureMayWaitForRoomToo) {
  BatcherOptions options;
  options.queue.max_queued = 1;
  options.queue.overflow = Overflow::kWait;
  Batcher<int, int> batcher({.batch = AnswerAll}, options);
  std::vector<std::future<Answer<int>>> futures;
  for (int key = 0; key < 20; ++key) {
    futures.push_back(batcher.GetFuture(key));
  }
  for (int key = 0; key < 20; ++key) {
    EXPECT_EQ(futures[static_cast<std::size_t>(key)].get().value, ValueOf(key));
  }
}

}  // namespace
}  // namespace batcher
