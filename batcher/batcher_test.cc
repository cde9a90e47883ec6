#include "batcher/batcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "batcher/runtime/test_service.h"

namespace batcher {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(BatcherTest, GivesEachCallerItsOwnAnswer) {
  Batcher<int, int> batcher({.batch = AnswerAll});
  std::vector<Pending<int>> pending;
  for (int key = 0; key < 1000; ++key) {
    pending.push_back(batcher.Get(key));
  }
  for (int key = 0; key < 1000; ++key) {
    EXPECT_EQ(pending[static_cast<std::size_t>(key)].Wait().value, ValueOf(key));
  }
}

TEST(BatcherTest, AnswersThroughACallbackOnItsOwnThread) {
  Batcher<int, int> batcher({.batch = AnswerAll});
  Event answered;
  std::thread::id on;
  Answer<int> got;
  batcher.Submit(7, [&](Answer<int> answer) {
    on = std::this_thread::get_id();
    got = std::move(answer);
    answered.Set();
  });
  ASSERT_TRUE(answered.Wait());
  EXPECT_EQ(got.outcome, Outcome::kValue);
  EXPECT_EQ(got.value, ValueOf(7));
  EXPECT_NE(on, std::this_thread::get_id());
}

TEST(BatcherTest, AnswersACallbackThatHoldsMuchOrIsAlignedWidely) {
  struct alignas(128) Much {
    std::array<char, 1000> bytes{};
  };
  Batcher<int, int> batcher({.batch = AnswerAll});
  Event answered;
  int got = 0;
  bool aligned = false;
  batcher.Submit(7, [&, much = Much()](const Answer<int>& answer) {
    aligned = reinterpret_cast<std::uintptr_t>(&much) % alignof(Much) == 0;
    got = answer.value.value_or(0);
    answered.Set();
  });
  ASSERT_TRUE(answered.Wait());
  EXPECT_EQ(got, ValueOf(7));
  EXPECT_TRUE(aligned);
}

TEST(BatcherTest, AnswersThroughAFuture) {
  Batcher<int, int> batcher({.batch = AnswerAll});
  std::future<Answer<int>> future = batcher.GetFuture(3);
  ASSERT_EQ(future.wait_for(kGenerous), std::future_status::ready);
  EXPECT_EQ(future.get().value, ValueOf(3));
}

TEST(BatcherTest, APendingCanBeWaitedForAgainAfterItsTimeRanOut) {
  Batcher<int, int> batcher({.batch = AnswerAll}, FlushedByHand());
  Pending<int> pending = batcher.Get(1);
  EXPECT_FALSE(pending.WaitFor(1ms));
  EXPECT_FALSE(pending.ready());
  batcher.Flush();
  EXPECT_TRUE(pending.WaitFor(kGenerous));
  EXPECT_TRUE(pending.ready());
  EXPECT_EQ(pending.Wait().value, ValueOf(1));
}

TEST(BatcherTest, ADroppedPendingLeavesItsCallAlone) {
  CountingObserver observer;
  BatcherOptions options = FlushedByHand();
  options.observer = &observer;
  {
    Batcher<int, int> batcher({.batch = AnswerAll}, options);
    static_cast<void>(batcher.Get(1));
    Pending<int> other = batcher.Get(2);
    batcher.Flush();
    EXPECT_EQ(other.Wait().value, ValueOf(2));
  }
  ASSERT_THAT(observer.calls(), SizeIs(2));
  EXPECT_EQ(observer.calls()[0].outcome, Outcome::kValue);
}

TEST(BatcherTest, ACallbackMaySubmit) {
  Batcher<int, int> batcher({.batch = AnswerAll});
  Event answered;
  int second = 0;
  batcher.Submit(1, [&](const Answer<int>& first) {
    batcher.Submit(*first - 1000 + 1, [&](const Answer<int>& answer) {
      second = answer.value.value_or(0);
      answered.Set();
    });
  });
  ASSERT_TRUE(answered.Wait());
  EXPECT_EQ(second, ValueOf(2));
}

TEST(BatcherDeathTest, WaitingInACallbackEndsTheProgramInsteadOfHanging) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto wait_in_callback = [] {
    Batcher<int, int> batcher({.batch = AnswerAll});
    std::promise<void> done;
    batcher.Submit(1, [&](const Answer<int>&) {
      batcher.Get(2).Wait();
      done.set_value();
    });
    done.get_future().wait();
  };
  EXPECT_DEATH(wait_in_callback(), "OnLoopThread");
}

TEST(BatcherTest, ACallbackThatThrowsHurtsNobodyElse) {
  CountingObserver observer;
  BatcherOptions options = FlushedByHand();
  options.observer = &observer;
  Batcher<int, int> batcher({.batch = AnswerAll}, options);
  batcher.Submit(1, [](const Answer<int>&) { throw std::runtime_error("mine"); });
  Pending<int> neighbour = batcher.Get(2);
  batcher.Flush();
  EXPECT_EQ(neighbour.Wait().value, ValueOf(2));
  Pending<int> later = batcher.Get(3);
  batcher.Flush();
  EXPECT_EQ(later.Wait().value, ValueOf(3));
  EXPECT_THAT(observer.thrown(), ElementsAre("threw: mine"));
}

TEST(BatcherTest, ALoneCallGoesThroughTheSingleFunction) {
  CountingObserver observer;
  BatcherOptions options = FlushedByHand();
  options.observer = &observer;
  std::atomic<int> singles = 0;
  {
    Batcher<int, int> batcher({.batch = AnswerAll,
                               .single =
                                   [&](int key, const std::stop_token&) {
                                     ++singles;
                                     return Found(ValueOf(key));
                                   }},
                              options);
    Pending<int> lone = batcher.Get(1);
    batcher.Flush();
    EXPECT_EQ(lone.Wait().value, ValueOf(1));
    Pending<int> a = batcher.Get(2);
    Pending<int> b = batcher.Get(3);
    batcher.Flush();
    EXPECT_EQ(a.Wait().value, ValueOf(2));
    EXPECT_EQ(b.Wait().value, ValueOf(3));
  }
  EXPECT_EQ(singles, 1);
  ASSERT_THAT(observer.batches(), SizeIs(2));
  EXPECT_EQ(observer.batches()[0].endpoint, EndpointKind::kSingle);
  EXPECT_EQ(observer.batches()[1].endpoint, EndpointKind::kBatch);
}

TEST(BatcherTest, EqualKeysShareOneLookUpUnlessToldOtherwise) {
  for (const bool dedup : {true, false}) {
    std::atomic<std::size_t> looked_up = 0;
    BatcherOptions options = FlushedByHand();
    options.queue.dedup = dedup;
    Batcher<std::string, std::string> batcher(
        {.batch =
             [&](std::span<const std::string> keys, const std::stop_token&) {
               looked_up += keys.size();
               std::vector<ItemResult<std::string>> results;
               for (const std::string& key : keys) {
                 results.push_back(Found(key + "!"));
               }
               return results;
             }},
        options);
    std::vector<Pending<std::string>> pending;
    for (int i = 0; i < 30; ++i) {
      pending.push_back(batcher.Get("key " + std::to_string(i % 3)));
    }
    batcher.Flush();
    for (std::size_t i = 0; i < 30; ++i) {
      EXPECT_EQ(pending[i].Wait().value, "key " + std::to_string(i % 3) + "!");
    }
    EXPECT_EQ(looked_up, dedup ? 3U : 30U);
  }
}

TEST(BatcherTest, NotFoundIsAnAnswer) {
  Batcher<int, int> batcher({.batch = [](std::span<const int> keys, const std::stop_token&) {
    return std::vector<ItemResult<int>>(keys.size(), NotFound<int>());
  }});
  Pending<int> pending = batcher.Get(1);
  EXPECT_EQ(pending.Wait().outcome, Outcome::kNotFound);
  EXPECT_FALSE(pending.Wait());
}

TEST(BatcherTest, RefusesAtOnceWhatTheQueueCannotHold) {
  CountingObserver observer;
  BatcherOptions options = FlushedByHand();
  options.queue.max_queued = 2;
  options.observer = &observer;
  Batcher<int, int> batcher({.batch = AnswerAll}, options);
  Pending<int> first = batcher.Get(1);
  Pending<int> second = batcher.Get(2);
  std::thread::id on;
  Outcome outcome = Outcome::kValue;
  batcher.Submit(3, [&](const Answer<int>& answer) {
    on = std::this_thread::get_id();
    outcome = answer.outcome;
  });
  EXPECT_EQ(on, std::this_thread::get_id());
  EXPECT_EQ(outcome, Outcome::kRejectedQueueFull);
  Pending<int> refused = batcher.Get(4, {.call = 44, .intended = At(0ns)});
  EXPECT_TRUE(refused.ready());
  refused.Cancel();  // which is too late, and harmless
  EXPECT_EQ(refused.Wait().outcome, Outcome::kRejectedQueueFull);
  EXPECT_THAT(observer.calls(), IsEmpty());
  ASSERT_THAT(observer.refused(), SizeIs(2));
  const CallRecord record = observer.refused()[1];
  EXPECT_EQ(record.call, 44U);
  EXPECT_EQ(record.outcome, Outcome::kRejectedQueueFull);
  EXPECT_EQ(record.intended, At(0ns));
  EXPECT_GT(record.submitted, record.intended);
  EXPECT_EQ(record.replied, record.submitted);
  EXPECT_GE(record.delivered, record.replied);

  batcher.Flush();
  EXPECT_EQ(first.Wait().value, ValueOf(1));
  EXPECT_EQ(second.Wait().value, ValueOf(2));
  Pending<int> welcome = batcher.Get(5);  // there is room again
  batcher.Flush();
  EXPECT_EQ(welcome.Wait().value, ValueOf(5));
}

TEST(BatcherTest, RetuningTakesEffectAtTheNextDecision) {
  Batcher<int, int> batcher({.batch = AnswerAll}, FlushedByHand());
  Pending<int> pending = batcher.Get(1);
  EXPECT_FALSE(pending.WaitFor(1ms));
  QueueOptions quick;
  quick.policy = WindowPolicy(0ms);
  EXPECT_FALSE(batcher.Retune(quick));
  EXPECT_EQ(pending.Wait().value, ValueOf(1));
}

TEST(BatcherTest, ACancelledCallLeavesTheQueueAndItsNeighbours) {
  std::atomic<std::size_t> looked_up = 0;
  Batcher<int, int> batcher({.batch =
                                 [&](std::span<const int> keys, const std::stop_token& stop) {
                                   looked_up += keys.size();
                                   return AnswerAll(keys, stop);
                                 }},
                            FlushedByHand());
  Pending<int> kept = batcher.Get(1);
  Pending<int> cancelled = batcher.Get(2);
  cancelled.Cancel();
  EXPECT_EQ(cancelled.Wait().outcome, Outcome::kCancelled);
  batcher.Flush();
  EXPECT_EQ(kept.Wait().value, ValueOf(1));
  EXPECT_EQ(looked_up, 1U);
  kept.Cancel();
  EXPECT_EQ(kept.Wait().outcome, Outcome::kValue);
}

TEST(BatcherTest, ACallCancelledInFlightEndsBeforeItsBatch) {
  Event begun;
  Event go_on;
  Batcher<int, int> batcher({.batch =
                                 [&](std::span<const int> keys, const std::stop_token& stop) {
                                   begun.Set();
                                   go_on.Wait(stop);
                                   return AnswerAll(keys, stop);
                                 }},
                            FlushedByHand());
  Pending<int> kept = batcher.Get(1);
  Pending<int> cancelled = batcher.Get(2);
  batcher.Flush();
  ASSERT_TRUE(begun.Wait());
  cancelled.Cancel();
  EXPECT_EQ(cancelled.Wait().outcome, Outcome::kCancelled);
  EXPECT_FALSE(kept.ready());
  go_on.Set();
  EXPECT_EQ(kept.Wait().value, ValueOf(1));
}

TEST(BatcherTest, DrainAnswersWhatIsQueuedAndRefusesWhatComesLater) {
  Batcher<int, int> batcher({.batch = AnswerAll}, FlushedByHand());
  Pending<int> queued = batcher.Get(1);
  batcher.Drain(kGenerous);
  EXPECT_TRUE(queued.ready());
  EXPECT_EQ(queued.Wait().value, ValueOf(1));
  Pending<int> late = batcher.Get(2);
  EXPECT_EQ(late.Wait().outcome, Outcome::kRejectedDraining);
}

TEST(BatcherTest, DrainEndsWhatTakesLongerThanItsLimit) {
  Event begun;
  Batcher<int, int> batcher({.batch =
                                 [&](std::span<const int> keys, const std::stop_token& stop) {
                                   begun.Set();
                                   Event().Wait(stop);
                                   return AnswerAll(keys, stop);
                                 }},
                            FlushedByHand());
  Pending<int> stuck = batcher.Get(1);
  batcher.Flush();
  ASSERT_TRUE(begun.Wait());
  batcher.Drain(1ms);
  EXPECT_EQ(stuck.Wait().outcome, Outcome::kShutDown);
}

TEST(BatcherTest, DestructionAnswersCallsInTheQueueAndInFlight) {
  Event begun;
  std::vector<Pending<int>> pending;
  {
    BatcherOptions options = FlushedByHand();
    options.queue.max_in_flight = 1;
    Batcher<int, int> batcher({.batch =
                                   [&](std::span<const int> keys, const std::stop_token& stop) {
                                     begun.Set();
                                     Event().Wait(stop);  // until the batcher asks it to stop
                                     return AnswerAll(keys, stop);
                                   }},
                              options);
    pending.push_back(batcher.Get(1));
    batcher.Flush();
    ASSERT_TRUE(begun.Wait());
    pending.push_back(batcher.Get(2));
  }
  EXPECT_TRUE(pending[0].ready());
  EXPECT_TRUE(pending[1].ready());
  EXPECT_EQ(pending[0].Wait().outcome, Outcome::kShutDown);
  EXPECT_EQ(pending[1].Wait().outcome, Outcome::kShutDown);
}

TEST(BatcherTest, ACallbackThatSubmitsDuringDestructionIsAnsweredToo) {
  std::atomic<int> answers = 0;
  {
    Batcher<int, int> batcher({.batch = AnswerAll}, FlushedByHand());
    batcher.Submit(1, [&](const Answer<int>& first) {
      ++answers;
      EXPECT_EQ(first.outcome, Outcome::kShutDown);
      batcher.Submit(2, [&](const Answer<int>& second) {
        ++answers;
        EXPECT_EQ(second.outcome, Outcome::kRejectedDraining);
      });
    });
  }
  EXPECT_EQ(answers, 2);
}

TEST(BatcherTest, ACallWithoutAnAnswerTimesOut) {
  BatcherOptions options = FlushedByHand();
  options.wire.timeout = 5ms;
  Batcher<int, int> batcher({.batch = AnswerAll}, options);
  Pending<int> queued = batcher.Get(1);
  EXPECT_EQ(queued.Wait().outcome, Outcome::kTimeout);
}

TEST(BatcherTest, TellsOfEachRequestWithTheTimesOfItsBatch) {
  CountingObserver observer;
  BatcherOptions options = FlushedByHand();
  options.observer = &observer;
  {
    Batcher<int, int> batcher({.batch = AnswerAll}, options);
    Pending<int> one = batcher.Get(1);
    batcher.Flush();
    one.Wait();
  }
  ASSERT_THAT(observer.requests(), SizeIs(1));
  ASSERT_THAT(observer.batches(), SizeIs(1));
  const RequestRecord request = observer.requests()[0];
  EXPECT_EQ(request.sent, observer.batches()[0].attempted);
  EXPECT_EQ(request.sent + request.duration, observer.batches()[0].replied);
}

TEST(BatcherTest, RecordsEachCallWithPartsThatSumToItsLatency) {
  CountingObserver observer;
  {
    BatcherOptions options;
    options.observer = &observer;
    Batcher<int, int> batcher({.batch = AnswerAll}, options);
    std::vector<Pending<int>> pending;
    for (int key = 0; key < 100; ++key) {
      pending.push_back(
          batcher.Get(key, {.call = 1000U + static_cast<std::uint64_t>(key), .bytes = 0}));
    }
    for (Pending<int>& one : pending) {
      one.Wait();
    }
  }
  ASSERT_THAT(observer.calls(), SizeIs(100));
  for (const CallRecord& call : observer.calls()) {
    EXPECT_GE(call.call, 1000U);
    EXPECT_LE(call.intended, call.submitted);
    EXPECT_LE(call.submitted, call.due);
    EXPECT_LE(call.due, call.dispatched);
    EXPECT_LE(call.dispatched, call.sent);
    EXPECT_LE(call.sent, call.attempted);
    EXPECT_LE(call.attempted, call.answered);
    EXPECT_LE(call.answered, call.replied);
    EXPECT_LE(call.replied, call.delivered);
  }
}

}  // namespace
}  // namespace batcher
