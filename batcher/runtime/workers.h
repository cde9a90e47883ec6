#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace batcher {

// Threads for blocking functions: one more is started whenever a job finds none idle, so that no
// job waits for another. Who posts jobs limits their number. Thread-safe.
class Workers {
 public:
  using Job = std::function<void()>;

  Workers() = default;
  // Runs the jobs that have not started, waits for all.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // The job must not throw.
  void Post(Job job);

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<Job> jobs_;  // Guarded by mutex_.
  std::size_t idle_ = 0;  // Guarded by mutex_. Threads that wait, less the jobs meant for them.
  bool ending_ = false;   // Guarded by mutex_.
  std::vector<std::thread> threads_;  // Guarded by mutex_ until ending_.
};

}  // namespace batcher
