// Coroutines that await the answers of a batcher.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <coroutine>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "batcher/batcher.h"
#include "batcher/runtime/pooled_frame.h"
#include "batcher/runtime/test_service.h"

namespace batcher {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using IntBatcher = Batcher<int, int>;

// A coroutine that begins at once and belongs to nobody.
struct Detached {
  struct promise_type : PooledFrame {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

// A coroutine that begins at once and ends with this handle at the latest. What it throws is kept,
// or goes to whoever resumed it.
class Owned {
 public:
  struct promise_type {
    Owned get_return_object() {
      return Owned(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {
      if (lets_through) {
        throw;
      }
      thrown = std::current_exception();
    }
    bool lets_through = false;
    std::exception_ptr thrown;
  };

  explicit Owned(std::coroutine_handle<promise_type> coroutine) : coroutine_(coroutine) {}
  Owned(Owned&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  Owned& operator=(Owned&&) = delete;
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() { Destroy(); }

  void Destroy() {
    if (coroutine_) {
      std::exchange(coroutine_, nullptr).destroy();
    }
  }
  void LetThrough() { coroutine_.promise().lets_through = true; }
  [[nodiscard]] bool done() const { return coroutine_.done(); }
  [[nodiscard]] std::exception_ptr thrown() const { return coroutine_.promise().thrown; }

 private:
  std::coroutine_handle<promise_type> coroutine_;
};

// Says when the frame of the coroutine that holds it goes.
class Guard {
 public:
  explicit Guard(std::atomic<int>& gone) : gone_(gone) {}
  ~Guard() { ++gone_; }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

 private:
  std::atomic<int>& gone_;
};

// A thread that does what it is given, as pools do.
class OneThread {
 public:
  void Post(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
    changed_.notify_one();
  }
  [[nodiscard]] std::thread::id id() const { return thread_.get_id(); }

 private:
  void Run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !work_.empty(); })) {
      const std::function<void()> work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      work();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::function<void()>> work_;  // Guarded by mutex_.
  std::jthread thread_{[this](const std::stop_token& stop) { Run(stop); }};
};

// Counts down to an event.
class Countdown {
 public:
  explicit Countdown(int count) : left_(count) {}
  void Count() {
    if (left_.fetch_sub(1) == 1) {
      all_.Set();
    }
  }
  bool Wait() { return all_.Wait(); }

 private:
  std::atomic<int> left_;
  Event all_;
};

// What a coroutine saw when it went on.
struct Seen {
  Answer<int> answer;
  bool on_loop = false;
  std::thread::id on;
  Event resumed;

  void See(Answer<int> got) {
    answer = std::move(got);
    on_loop = OnLoopThread();
    on = std::this_thread::get_id();
    resumed.Set();
  }
};

Detached LookUp(IntBatcher& batcher, int key, Seen& seen) { seen.See(co_await batcher.Get(key)); }

Owned LookUpOwned(IntBatcher& batcher, int key, Seen& seen, std::atomic<int>& gone) {
  const Guard guard(gone);
  seen.See(co_await batcher.Get(key));
}

template <class Executor>
Owned LookUpOn(IntBatcher& batcher, int key, Executor executor, Seen& seen,
               std::atomic<int>& gone) {
  const Guard guard(gone);
  seen.See(co_await batcher.Get(key).On(executor));
}

// A batch function that tells when it has begun and waits until it may end.
struct Held {
  Event begun;
  Event go_on;
  BatchFunctions<int, int> functions() {
    return {.batch = [this](std::span<const int> keys, const std::stop_token& stop) {
      begun.Set();
      go_on.Wait(stop);
      return AnswerAll(keys, stop);
    }};
  }
};

Detached CountValue(IntBatcher& batcher, int key, std::atomic<int>& right, Countdown& answered) {
  const Answer<int> answer = co_await batcher.Get(key);
  right += answer.value == ValueOf(key) ? 1 : 0;
  answered.Count();
}

TEST(CoroutineTest, EachOfManyGetsItsOwnAnswer) {
  constexpr int kThreads = 4;
  constexpr int kEach = 2000;
  IntBatcher batcher({.batch = AnswerAll});
  std::atomic<int> right = 0;
  Countdown answered(kThreads * kEach);
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < kEach; ++i) {
          CountValue(batcher, thread * kEach + i, right, answered);
        }
      });
    }
  }
  ASSERT_TRUE(answered.Wait());
  EXPECT_EQ(right, kThreads * kEach);
}

TEST(CoroutineTest, GoesOnOnTheBatchersThread) {
  IntBatcher batcher({.batch = AnswerAll}, FlushedByHand());
  Seen seen;
  LookUp(batcher, 7, seen);
  batcher.Flush();
  ASSERT_TRUE(seen.resumed.Wait());
  EXPECT_EQ(seen.answer.value, ValueOf(7));
  EXPECT_TRUE(seen.on_loop);
}

TEST(CoroutineTest, AnAnswerThatIsThereDoesNotSuspend) {
  BatcherOptions options = FlushedByHand();
  options.queue.max_queued = 1;
  IntBatcher batcher({.batch = AnswerAll}, options);
  Pending<int> first = batcher.Get(1);
  Seen seen;
  LookUp(batcher, 2, seen);
  EXPECT_EQ(seen.on, std::this_thread::get_id());
  EXPECT_EQ(seen.answer.outcome, Outcome::kRejectedQueueFull);
}

Detached AwaitKept(Pending<int>& pending, Seen& seen) {
  const Answer<int>& answer = co_await pending;
  EXPECT_EQ(&answer, &pending.Wait());
  seen.See(answer);
}

TEST(CoroutineTest, TheAnswerStaysInAHandleThatStays) {
  IntBatcher batcher({.batch = AnswerAll}, FlushedByHand());
  Pending<int> pending = batcher.Get(1);
  EXPECT_FALSE(pending.WaitFor(1ms));
  Seen seen;
  AwaitKept(pending, seen);
  EXPECT_FALSE(pending.ready());
  batcher.Flush();
  ASSERT_TRUE(seen.resumed.Wait());
  EXPECT_EQ(seen.answer.value, ValueOf(1));
  EXPECT_TRUE(seen.on_loop);
  Seen again;
  AwaitKept(pending, again);
  EXPECT_EQ(again.answer.value, ValueOf(1));
  EXPECT_EQ(again.on, std::this_thread::get_id());
}

TEST(CoroutineTest, AnAwaitedCallCanBeCancelled) {
  IntBatcher batcher({.batch = AnswerAll}, FlushedByHand());
  Pending<int> pending = batcher.Get(1);
  Seen seen;
  AwaitKept(pending, seen);
  pending.Cancel();
  ASSERT_TRUE(seen.resumed.Wait());
  EXPECT_EQ(seen.answer.outcome, Outcome::kCancelled);
}

TEST(CoroutineDeathTest, TwoMayNotAwaitOneHandleAtATime) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto await_twice = [] {
    IntBatcher batcher({.batch = AnswerAll}, FlushedByHand());
    Pending<int> pending = batcher.Get(1);
    Seen seen;
    AwaitKept(pending, seen);
    AwaitKept(pending, seen);
  };
  EXPECT_DEATH(await_twice(), "CHECK failed");
}

TEST(CoroutineTest, GoesOnWhereAnExecutorResumesIt) {
  OneThread thread;
  IntBatcher batcher({.batch = AnswerAll}, FlushedByHand());
  const auto on_thread = [&thread](std::coroutine_handle<> task) { thread.Post(task); };
  Seen seen;
  std::atomic<int> gone = 0;
  const Owned owned = LookUpOn(batcher, 7, on_thread, seen, gone);
  batcher.Flush();
  ASSERT_TRUE(seen.resumed.Wait());
  EXPECT_EQ(seen.answer.value, ValueOf(7));
  EXPECT_EQ(seen.on, thread.id());
  Event after;
  thread.Post([&] { after.Set(); });  // The coroutine has been left when the next work begins.
  ASSERT_TRUE(after.Wait());
  EXPECT_TRUE(owned.done());
}

// Resumes at once, so that the coroutine has ended before the call of the executor returns.
struct ResumesAtOnce {
  std::string state = "more than fits into a string without memory of its own";
  std::string* seen_afterwards = nullptr;
  void operator()(std::coroutine_handle<> task) const {
    task.resume();
    *seen_afterwards = state;
  }
};

Detached AwaitOn(IntBatcher& batcher, ResumesAtOnce executor, Event& ended) {
  {
    const Answer<int> answer = co_await batcher.Get(1).On(std::move(executor));
    EXPECT_EQ(answer.value, ValueOf(1));
  }
  ended.Set();
}

TEST(CoroutineTest, ItsExecutorOutlivesItUntilTheExecutorReturns) {
  std::string seen_afterwards;
  Event ended;
  {
    IntBatcher batcher({.batch = AnswerAll});
    ResumesAtOnce executor{.seen_afterwards = &seen_afterwards};
    AwaitOn(batcher, executor, ended);
    ASSERT_TRUE(ended.Wait());
  }
  EXPECT_EQ(seen_afterwards, ResumesAtOnce().state);
}

TEST(CoroutineTest, AnExecutorThatThrowsLeavesItToTheBatchersThread) {
  CountingObserver observer;
  BatcherOptions options = FlushedByHand();
  options.observer = &observer;
  Seen seen;
  Seen neighbour;
  std::atomic<int> gone = 0;
  {
    IntBatcher batcher({.batch = AnswerAll}, options);
    const auto refuses = [](std::coroutine_handle<>) { throw std::runtime_error("pool is full"); };
    const Owned owned = LookUpOn(batcher, 1, refuses, seen, gone);
    LookUp(batcher, 2, neighbour);
    batcher.Flush();
    ASSERT_TRUE(neighbour.resumed.Wait());
    ASSERT_TRUE(seen.resumed.Wait());
    batcher.Drain(kGenerous);
  }
  EXPECT_EQ(seen.answer.value, ValueOf(1));
  EXPECT_TRUE(seen.on_loop);
  EXPECT_EQ(neighbour.answer.value, ValueOf(2));
  EXPECT_EQ(gone, 1);
  EXPECT_THAT(observer.thrown(), ElementsAre("threw: pool is full"));
}

TEST(CoroutineTest, OneThatItsExecutorDropsCanBeDestroyed) {
  IntBatcher batcher({.batch = AnswerAll}, FlushedByHand());
  Event dropped;
  const auto drops = [&dropped](std::coroutine_handle<>) { dropped.Set(); };
  Seen seen;
  std::atomic<int> gone = 0;
  Owned owned = LookUpOn(batcher, 1, drops, seen, gone);
  batcher.Flush();
  ASSERT_TRUE(dropped.Wait());
  EXPECT_FALSE(owned.done());
  EXPECT_EQ(gone, 0);
  owned.Destroy();
  EXPECT_EQ(gone, 1);
  Pending<int> later = batcher.Get(2);
  batcher.Flush();
  EXPECT_EQ(later.Wait().value, ValueOf(2));
}

TEST(CoroutineTest, OneThatIsDestroyedInTheQueueLeavesItsCallAlone) {
  CountingObserver observer;
  BatcherOptions options = FlushedByHand();
  options.observer = &observer;
  Seen seen;
  std::atomic<int> gone = 0;
  {
    IntBatcher batcher({.batch = AnswerAll}, options);
    Owned owned = LookUpOwned(batcher, 1, seen, gone);
    owned.Destroy();
    EXPECT_EQ(gone, 1);
    Pending<int> neighbour = batcher.Get(2);
    batcher.Flush();
    EXPECT_EQ(neighbour.Wait().value, ValueOf(2));
  }
  EXPECT_EQ(seen.on, std::thread::id());
  ASSERT_THAT(observer.calls(), SizeIs(2));
  EXPECT_EQ(observer.calls()[0].outcome, Outcome::kValue);
  EXPECT_THAT(observer.thrown(), IsEmpty());
}

TEST(CoroutineTest, OneThatIsDestroyedWithItsCallInFlightLeavesTheCallAlone) {
  Held held;
  Seen seen;
  Seen neighbour;
  std::atomic<int> gone = 0;
  IntBatcher batcher(held.functions(), FlushedByHand());
  Owned owned = LookUpOwned(batcher, 1, seen, gone);
  LookUp(batcher, 2, neighbour);
  batcher.Flush();
  ASSERT_TRUE(held.begun.Wait());
  owned.Destroy();
  EXPECT_EQ(gone, 1);
  held.go_on.Set();
  ASSERT_TRUE(neighbour.resumed.Wait());
  EXPECT_EQ(neighbour.answer.value, ValueOf(2));
  EXPECT_EQ(seen.on, std::thread::id());
}

Detached DestroyOthers(IntBatcher& batcher, std::vector<Owned>& others) {
  co_await batcher.Get(1);
  others.clear();
}

TEST(CoroutineTest, OneMayDestroyAnotherWhoseAnswerIsTheNext) {
  IntBatcher batcher({.batch = AnswerAll}, FlushedByHand());
  Seen seen;
  std::atomic<int> gone = 0;
  std::vector<Owned> others;
  DestroyOthers(batcher, others);  // The first to call is the first to be answered.
  others.push_back(LookUpOwned(batcher, 2, seen, gone));
  Pending<int> last = batcher.Get(3);
  batcher.Flush();
  EXPECT_EQ(last.Wait().value, ValueOf(3));
  EXPECT_EQ(gone, 1);
  EXPECT_EQ(seen.on, std::thread::id());
}

TEST(CoroutineTest, DestructionOfTheBatcherResumesAllThatWait) {
  Held held;
  std::atomic<int> gone = 0;
  Seen queued;
  Seen in_flight;
  std::vector<Owned> owned;
  {
    BatcherOptions options = FlushedByHand();
    options.queue.max_in_flight = 1;
    IntBatcher batcher(held.functions(), options);
    owned.push_back(LookUpOwned(batcher, 1, in_flight, gone));
    batcher.Flush();
    ASSERT_TRUE(held.begun.Wait());
    owned.push_back(LookUpOwned(batcher, 2, queued, gone));
  }
  EXPECT_EQ(in_flight.answer.outcome, Outcome::kShutDown);
  EXPECT_EQ(queued.answer.outcome, Outcome::kShutDown);
  EXPECT_EQ(gone, 2);
  EXPECT_TRUE(owned[0].done());
  EXPECT_TRUE(owned[1].done());
}

Detached CallUntilRefused(IntBatcher& batcher, std::vector<Outcome>& outcomes) {
  do {
    const Answer<int> answer = co_await batcher.Get(1);
    outcomes.push_back(answer.outcome);
  } while (outcomes.back() != Outcome::kRejectedDraining);
}

TEST(CoroutineTest, OneThatCallsAgainDuringDestructionIsRefused) {
  std::vector<Outcome> outcomes;
  {
    IntBatcher batcher({.batch = AnswerAll}, FlushedByHand());
    CallUntilRefused(batcher, outcomes);
  }
  EXPECT_THAT(outcomes, ElementsAre(Outcome::kShutDown, Outcome::kRejectedDraining));
}

Detached CallAgainAndAgain(IntBatcher& batcher, int calls, int& sum, Event& done) {
  for (int key = 0; key < calls; ++key) {
    const Answer<int> answer = co_await batcher.Get(key);
    sum += answer.value.value_or(0) - ValueOf(key) + 1;
  }
  done.Set();
}

TEST(CoroutineTest, OneThatWasResumedMayCallAgainManyTimes) {
  constexpr int kCalls = 20'000;  // Far more than fit on a stack.
  BatcherOptions options;
  options.queue.policy = NaturalPolicy();
  IntBatcher batcher({.start =
                          [](std::span<const int> keys, Completion<int> completion) {
                            completion.Set(0, Found(ValueOf(keys[0])));
                            completion.Finish();
                          }},
                     options);
  int sum = 0;
  Event done;
  CallAgainAndAgain(batcher, kCalls, sum, done);
  ASSERT_TRUE(done.Wait());
  EXPECT_EQ(sum, kCalls);
}

Detached CountRefusals(IntBatcher& batcher, int calls, int& refused) {
  for (int i = 0; i < calls; ++i) {
    const Answer<int> answer = co_await batcher.Get(i);
    refused += answer.outcome == Outcome::kRejectedQueueFull ? 1 : 0;
  }
}

TEST(CoroutineTest, ManyAnswersThatAreThereNeedNoStack) {
  constexpr int kCalls = 20'000;
  BatcherOptions options;
  options.queue.max_queued = 1;
  options.queue.policy = WindowPolicy(1h);
  IntBatcher batcher({.batch = AnswerAll}, options);
  Pending<int> queued = batcher.Get(0);
  int refused = 0;
  CountRefusals(batcher, kCalls, refused);
  EXPECT_EQ(refused, kCalls);
}

Owned ThrowAfterwards(IntBatcher& batcher) {
  co_await batcher.Get(1);
  throw std::runtime_error("mine");
}

TEST(CoroutineTest, WhatAPromiseLetsThroughIsAsFromACallback) {
  CountingObserver observer;
  BatcherOptions options = FlushedByHand();
  options.observer = &observer;
  Seen neighbour;
  std::vector<Owned> owned;
  {
    IntBatcher batcher({.batch = AnswerAll}, options);
    owned.push_back(ThrowAfterwards(batcher));
    owned.push_back(ThrowAfterwards(batcher));
    owned[0].LetThrough();
    LookUp(batcher, 3, neighbour);
    batcher.Flush();
    ASSERT_TRUE(neighbour.resumed.Wait());
  }
  EXPECT_EQ(neighbour.answer.value, ValueOf(3));
  EXPECT_THAT(observer.thrown(), ElementsAre("threw: mine"));
  EXPECT_EQ(owned[0].thrown(), nullptr);
  ASSERT_NE(owned[1].thrown(), nullptr);
  EXPECT_THROW(std::rethrow_exception(owned[1].thrown()), std::runtime_error);
}

using TextBatcher = Batcher<std::string, std::string>;

Detached LookUpTexts(TextBatcher& batcher, std::vector<std::string>& got, Event& done) {
  const Answer<std::string> first =
      co_await batcher.Get("an address that is too long for a string without memory");
  got.push_back(first.value.value_or(""));
  const CallOptions options{.bytes = 100};
  const Answer<std::string> second = co_await batcher.Get(got.back(), options);
  got.push_back(second.value.value_or(""));
  done.Set();
}

TEST(CoroutineTest, KeysAndValuesThatOwnMemoryAreFreedOnce) {
  TextBatcher batcher({.batch = [](std::span<const std::string> keys, const std::stop_token&) {
    std::vector<ItemResult<std::string>> results;
    for (const std::string& key : keys) {
      results.push_back(Found(key + "!"));
    }
    return results;
  }});
  std::vector<std::string> got;
  Event done;
  LookUpTexts(batcher, got, done);
  ASSERT_TRUE(done.Wait());
  EXPECT_THAT(got, ElementsAre("an address that is too long for a string without memory!",
                               "an address that is too long for a string without memory!!"));
}

}  // namespace
}  // namespace batcher
