#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace batcher::geoapify {

// Collects in tests what asynchronous requests give, from any thread. Must outlive the requests.
template <class Reply>
class Replies {
 public:
  // For one request.
  std::function<void(Reply)> Done() {
    return [this](Reply reply) {
      const std::lock_guard lock(mutex_);
      all_.push_back(std::move(reply));
      changed_.notify_all();
    };
  }

  // Waits until there are `count`, for a minute at most. All that there are.
  std::vector<Reply> Await(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::minutes(1), [&] { return all_.size() >= count; });
    return all_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Reply> all_;  // Guarded by mutex_.
};

}  // namespace batcher::geoapify
