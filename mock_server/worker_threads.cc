#include "mock_server/worker_threads.h"

#include <system_error>
#include <utility>

#include "batcher/base/check.h"

namespace mock_server {

WorkerThreads::WorkerThreads(const WorkerLimits& limits) : limits_(limits) {
  CHECK(limits_.max_threads > 0);
}

void WorkerThreads::Run(std::function<void()> task) {
  std::unique_lock lock(mutex_);
  CHECK(!finishing_);
  JoinEnded(lock);
  tasks_.push_back(std::move(task));
  if (idle_ >= tasks_.size()) {
    changed_.notify_one();
    return;
  }
  if (threads_.size() == limits_.max_threads) {
    return;
  }
  try {
    std::thread thread([this] { Work(); });
    const std::thread::id id = thread.get_id();
    threads_.emplace(id, std::move(thread));
  } catch (const std::system_error&) {
    // The machine has no thread to spare: the task waits for one of ours, of which there is one.
    CHECK(!threads_.empty());
  }
}

void WorkerThreads::Work() {
  std::unique_lock lock(mutex_);
  const auto called = [this] { return !tasks_.empty() || finishing_; };
  while (true) {
    ++idle_;
    const bool in_time = changed_.wait_for(lock, limits_.idle_limit, called);
    --idle_;
    if (tasks_.empty()) {
      if (!in_time) {
        EndThisThread();
      }
      return;
    }
    const std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    lock.lock();
  }
}

void WorkerThreads::Finish() {
  std::unique_lock lock(mutex_);
  finishing_ = true;
  changed_.notify_all();
  JoinEnded(lock);
  auto threads = std::exchange(threads_, {});
  lock.unlock();
  for (auto& [id, thread] : threads) {
    thread.join();
  }
}

void WorkerThreads::JoinEnded(std::unique_lock<std::mutex>& lock) {
  std::vector<std::thread> ended = std::exchange(ended_, {});
  lock.unlock();
  for (std::thread& thread : ended) {
    thread.join();
  }
  lock.lock();
}

void WorkerThreads::EndThisThread() {
  const auto self = threads_.find(std::this_thread::get_id());
  ended_.push_back(std::move(self->second));
  threads_.erase(self);
}

std::size_t WorkerThreads::thread_count() const {
  const std::lock_guard lock(mutex_);
  return threads_.size();
}

}  // namespace mock_server
