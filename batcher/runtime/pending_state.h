#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "batcher/base/batcher_check.h"
#include "batcher/runtime/answer.h"
#include "batcher/runtime/loop_thread.h"

namespace batcher {

// Whoever is to be told that an answer is there.
class Waiter {
 public:
  // On the thread that answers, at most once. The waiter may be gone before this returns.
  virtual void Wake() = 0;

 protected:
  constexpr Waiter() = default;
  ~Waiter() = default;
};

// A thread that blocks. Lives on its stack, so that an answer nobody waits for costs one exchange.
class BlockedThread final : public Waiter {
 public:
  void Wake() override {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    changed_.notify_one();
  }
  void Wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return woken_; });
  }
  // False if it was not woken until `end`.
  [[nodiscard]] bool WaitUntil(std::chrono::steady_clock::time_point end) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, end, [this] { return woken_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;  // Guarded by mutex_.
};

// The answer of one call that someone may wait for: shared by the batcher and the caller's Pending.
template <class Value>
class PendingState {
 public:
  // The batcher's side; once. What a coroutine throws that is resumed here comes through.
  void Set(Answer<Value>&& answer) {
    answer_ = std::move(answer);
    Waiter* waiter = waiter_.exchange(Ready(), std::memory_order_acq_rel);
    if (waiter != nullptr) {
      waiter->Wake();
    }
  }

  [[nodiscard]] bool ready() const { return waiter_.load(std::memory_order_acquire) == Ready(); }

  // All that follows is the caller's side: one thread at a time.

  // Has `waiter` woken when the answer comes: from then on it may be gone. False if the answer is
  // there already, and nobody will be woken. REQUIRES: nobody else waits.
  [[nodiscard]] bool Attach(Waiter& waiter) {
    Waiter* other = nullptr;
    if (waiter_.compare_exchange_strong(other, &waiter, std::memory_order_acq_rel,
                                        std::memory_order_acquire)) {
      return true;
    }
    BATCHER_CHECK(other == Ready());
    return false;
  }

  // Takes that back. False if it is too late: the waiter was woken, or is about to be.
  bool Detach(Waiter& waiter) {
    Waiter* self = &waiter;
    return waiter_.compare_exchange_strong(self, nullptr, std::memory_order_acq_rel);
  }

  // True if the answer is there. REQUIRES: not called on a batcher's own thread, which would wait
  // for itself.
  bool WaitUntil(std::optional<std::chrono::steady_clock::time_point> end) {
    if (ready()) {
      return true;
    }
    BATCHER_CHECK(!OnLoopThread() && "Wait on a batcher's thread; use a callback or co_await");
    BlockedThread waiter;
    if (!Attach(waiter)) {
      return true;
    }
    if (end && !waiter.WaitUntil(*end) && Detach(waiter)) {
      return false;
    }
    // Without an end; or woken; or Set has the waiter in its hands, which must not go before Set
    // lets go of it.
    waiter.Wait();
    return true;
  }

  // REQUIRES: ready().
  Answer<Value>& answer() { return *answer_; }

 protected:
  ~PendingState() = default;

 private:
  // Marks the answer as there; never woken.
  static Waiter* Ready() {
    class Mark final : public Waiter {
      void Wake() override {}
    };
    static constinit Mark ready;
    return &ready;
  }

  std::atomic<Waiter*> waiter_ = nullptr;
  std::optional<Answer<Value>> answer_;  // Written before `waiter_` becomes Ready().
};

}  // namespace batcher
