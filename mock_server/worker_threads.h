#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "batcher/base/time.h"

namespace mock_server {

struct WorkerLimits {
  std::size_t max_threads = 1024;                           // tasks beyond wait for a free one
  batcher::Duration idle_limit = std::chrono::seconds(10);  // then a thread without a task ends
};

// Runs tasks that may block, each on a thread of its own: threads are made when a task finds none
// free, and end when they have had nothing to do for a while. Tasks must not throw. Thread-safe.
class WorkerThreads {
 public:
  explicit WorkerThreads(const WorkerLimits& limits);
  ~WorkerThreads() { Finish(); }
  WorkerThreads(const WorkerThreads&) = delete;
  WorkerThreads& operator=(const WorkerThreads&) = delete;

  void Run(std::function<void()> task);
  // Returns when every task has been run. No further ones may come.
  void Finish();

  [[nodiscard]] std::size_t thread_count() const;

 private:
  void Work();
  // Joins the threads that have ended by themselves.
  void JoinEnded(std::unique_lock<std::mutex>& lock);
  // Moves this thread to the ended ones. Wants mutex_ held.
  void EndThisThread();

  const WorkerLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;                   // Guarded by mutex_.
  std::unordered_map<std::thread::id, std::thread> threads_;  // Guarded by mutex_.
  std::vector<std::thread> ended_;                            // Guarded by mutex_.
  std::size_t idle_ = 0;                                      // Guarded by mutex_.
  bool finishing_ = false;                                    // Guarded by mutex_.
};

}  // namespace mock_server
