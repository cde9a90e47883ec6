#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <stop_token>
#include <utility>

namespace batcher {

// By which the functions that run for batches are asked to stop: each for the latest request of its
// batch. Thread-safe.
class BatchStops {
 public:
  // For a request that begins. One that still runs for the same batch is asked to stop: nobody
  // waits for it any more.
  std::stop_source Begin(std::uint64_t batch) {
    std::stop_source stop;
    std::stop_source older(std::nostopstate);
    {
      const std::lock_guard lock(mutex_);
      older = std::exchange(running_.try_emplace(batch, std::nostopstate).first->second, stop);
      if (ending_) {
        stop.request_stop();
      }
    }
    older.request_stop();
    return stop;
  }
  // It has ended.
  void End(std::uint64_t batch, const std::stop_source& stop) {
    const std::lock_guard lock(mutex_);
    const auto found = running_.find(batch);
    if (found != running_.end() && found->second == stop) {
      running_.erase(found);
    }
  }
  // Asks the one that runs for the batch, if any.
  void Request(std::uint64_t batch) { StopOf(batch).request_stop(); }
  // Asks all that run, and those to come.
  void RequestAll() {
    std::map<std::uint64_t, std::stop_source> running;
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
      running = running_;
    }
    for (auto& [batch, stop] : running) {
      stop.request_stop();
    }
  }

 private:
  // Of no state if none runs. Whoever requests the stop does not hold the mutex: it runs code of
  // the user's.
  std::stop_source StopOf(std::uint64_t batch) {
    const std::lock_guard lock(mutex_);
    const auto found = running_.find(batch);
    return found == running_.end() ? std::stop_source(std::nostopstate) : found->second;
  }

  std::mutex mutex_;
  std::map<std::uint64_t, std::stop_source> running_;  // Guarded by mutex_. By batch.
  bool ending_ = false;                                // Guarded by mutex_.
};

}  // namespace batcher
