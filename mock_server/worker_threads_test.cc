#include "mock_server/worker_threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <latch>

namespace mock_server {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

TEST(WorkerThreadsTest, BlockedTasksDoNotKeepOthersWaiting) {
  constexpr int kTasks = 50;
  std::latch all_running(kTasks);
  WorkerThreads threads({.max_threads = kTasks});
  for (int i = 0; i < kTasks; ++i) {
    // Ends only if all of them run at one time.
    threads.Run([&] { all_running.arrive_and_wait(); });
  }
  threads.Finish();
  EXPECT_TRUE(all_running.try_wait());
}

TEST(WorkerThreadsTest, TasksBeyondTheLimitWaitForAThread) {
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  std::atomic<int> done = 0;
  WorkerThreads threads({.max_threads = 2});
  for (int i = 0; i < 100; ++i) {
    threads.Run([&] {
      most = std::max(most.load(), ++running);
      --running;
      ++done;
    });
  }
  threads.Finish();
  EXPECT_EQ(done, 100);
  EXPECT_LE(most, 2);
}

TEST(WorkerThreadsTest, AFreeThreadIsUsedAgain) {
  WorkerThreads threads({.idle_limit = 100s});
  std::mutex mutex;
  std::condition_variable changed;
  int done = 0;
  for (int i = 1; i <= 20; ++i) {
    threads.Run([&] {
      const std::lock_guard lock(mutex);
      ++done;
      changed.notify_one();
    });
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, 10s, [&] { return done == i; }));
  }
  // A thread counts as free a moment after its task is done, so that a few may have been made.
  EXPECT_LT(threads.thread_count(), 20U);
}

TEST(WorkerThreadsTest, ThreadsWithoutATaskEnd) {
  WorkerThreads threads({.idle_limit = 1ms});
  threads.Run([] {});
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  for (int i = 0; i < 10'000 && threads.thread_count() > 0; ++i) {
    never.wait_for(lock, 1ms);
  }
  EXPECT_EQ(threads.thread_count(), 0U);
  std::atomic<bool> ran = false;
  threads.Run([&] { ran = true; });
  threads.Finish();
  EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace mock_server
