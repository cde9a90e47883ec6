#pragma once

#include <condition_variable>
#include <mutex>
#include <span>
#include <stop_token>
#include <vector>

#include "batcher/batcher.h"

namespace batcher {

// The end of every wait in tests: far beyond what a working batcher takes on the slowest machine.
inline constexpr std::chrono::seconds kGenerous{60};

// Something that one thread waits for and another lets happen.
class Event {
 public:
  void Set() {
    const std::lock_guard lock(mutex_);
    set_ = true;
    changed_.notify_all();
  }
  // False if it did not happen within a generous time, or a stop was requested first.
  bool Wait(const std::stop_token& stop = {}) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, stop, kGenerous, [this] { return set_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool set_ = false;  // Guarded by mutex_.
};

// The value that belongs to a key in all tests: a neighbour's would show.
constexpr int ValueOf(int key) { return 1000 + key; }

inline std::vector<ItemResult<int>> AnswerAll(std::span<const int> keys,
                                              const std::stop_token& /*stop*/) {
  std::vector<ItemResult<int>> results;
  results.reserve(keys.size());
  for (const int key : keys) {
    results.push_back(Found(ValueOf(key)));
  }
  return results;
}

// A window that no test lives to see the end of: batches leave when they are full or flushed.
inline BatcherOptions FlushedByHand() {
  BatcherOptions options;
  options.queue.policy = WindowPolicy(std::chrono::hours(1));
  options.wire.timeout = std::chrono::hours(2);
  return options;
}

// Counts what it is told.
class CountingObserver final : public Observer {
 public:
  void OnCall(const CallRecord& call) override {
    const std::lock_guard lock(mutex_);
    calls_.push_back(call);
  }
  void OnBatch(const BatchRecord& batch, std::string_view message) override {
    const std::lock_guard lock(mutex_);
    batches_.push_back(batch);
    if (!message.empty()) {
      messages_.emplace_back(message);
    }
  }
  void OnRefused(const CallRecord& call) override {
    const std::lock_guard lock(mutex_);
    refused_.push_back(call);
  }
  void OnRequest(const RequestRecord& request) override {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  void OnRetry(std::uint64_t /*first_call*/, RetryReason reason) override {
    const std::lock_guard lock(mutex_);
    retries_.push_back(reason);
  }
  void OnMismatches(std::size_t results) override {
    const std::lock_guard lock(mutex_);
    mismatches_ += results;
  }
  void OnCallbackThrew(std::string_view what) override {
    const std::lock_guard lock(mutex_);
    thrown_.emplace_back(what);
  }

  std::vector<CallRecord> calls() const { return Locked(calls_); }
  std::vector<BatchRecord> batches() const { return Locked(batches_); }
  std::vector<CallRecord> refused() const { return Locked(refused_); }
  std::vector<RequestRecord> requests() const { return Locked(requests_); }
  std::vector<RetryReason> retries() const { return Locked(retries_); }
  std::vector<std::string> messages() const { return Locked(messages_); }
  std::vector<std::string> thrown() const { return Locked(thrown_); }
  std::size_t mismatches() const { return Locked(mismatches_); }

 private:
  template <class T>
  T Locked(const T& member) const {
    const std::lock_guard lock(mutex_);
    return member;
  }

  mutable std::mutex mutex_;
  std::vector<CallRecord> calls_;
  std::vector<BatchRecord> batches_;
  std::vector<CallRecord> refused_;
  std::vector<RequestRecord> requests_;
  std::vector<RetryReason> retries_;
  std::vector<std::string> messages_;
  std::vector<std::string> thrown_;
  std::size_t mismatches_ = 0;
};

}  // namespace batcher
