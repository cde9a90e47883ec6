#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "batcher/base/batcher_check.h"
#include "batcher/base/run_clock.h"
#include "batcher/runtime/answer.h"
#include "batcher/runtime/loop_thread.h"

namespace batcher {

// The answer of one call that someone may wait for: shared by the batcher and the caller's Pending.
template <class Value>
class PendingState {
 public:
  // The batcher's side; once.
  void Set(Answer<Value>&& answer) {
    answer_ = std::move(answer);
    Waiter* waiter = waiter_.exchange(Ready(), std::memory_order_acq_rel);
    if (waiter != nullptr) {
      const std::lock_guard lock(waiter->mutex);
      waiter->woken = true;
      waiter->changed.notify_one();
    }
  }

  [[nodiscard]] bool ready() const { return waiter_.load(std::memory_order_acquire) == Ready(); }

  // The caller's side, one thread at a time. True if the answer is there. REQUIRES: not called on a
  // batcher's own thread, which would wait for itself.
  bool WaitUntil(std::optional<std::chrono::steady_clock::time_point> end) {
    if (ready()) {
      return true;
    }
    BATCHER_CHECK(!OnLoopThread());
    Waiter waiter;
    Waiter* nobody = nullptr;
    if (!waiter_.compare_exchange_strong(nobody, &waiter, std::memory_order_acq_rel,
                                         std::memory_order_acquire)) {
      return true;
    }
    std::unique_lock lock(waiter.mutex);
    const auto woken = [&] { return waiter.woken; };
    if (!end) {
      waiter.changed.wait(lock, woken);
      return true;
    }
    if (waiter.changed.wait_until(lock, *end, woken)) {
      return true;
    }
    Waiter* self = &waiter;
    if (waiter_.compare_exchange_strong(self, nullptr, std::memory_order_acq_rel)) {
      return false;
    }
    // Set has the waiter in its hands: it must not go before Set lets go of it.
    waiter.changed.wait(lock, woken);
    return true;
  }

  // REQUIRES: ready().
  Answer<Value>& answer() { return *answer_; }

 protected:
  ~PendingState() = default;

 private:
  // Lives on the stack of whoever waits, so that an answer nobody waits for costs one exchange.
  struct Waiter {
    std::mutex mutex;
    std::condition_variable changed;
    bool woken = false;  // Guarded by mutex.
  };
  // Marks the answer as there; never looked into.
  static Waiter* Ready() {
    static Waiter ready;
    return &ready;
  }

  std::atomic<Waiter*> waiter_ = nullptr;
  std::optional<Answer<Value>> answer_;  // Written before `waiter_` becomes Ready().
};

// The handle of one call that was submitted. Move-only; one thread at a time. Dropping it leaves
// the call alone: its answer is thrown away. It may outlive the batcher, which answers every call
// before it is gone.
template <class Value>
class Pending {
 public:
  // What a handle needs of its call, whatever the type of the key.
  class Call : public PendingState<Value> {
   public:
    // Asks the batcher to end the call as kCancelled; it may be too late. REQUIRES: the batcher
    // lives.
    virtual void Cancel() = 0;
    // The handle is gone.
    virtual void Drop() = 0;

   protected:
    ~Call() = default;
  };

  explicit Pending(Call* call) : call_(call) {}
  Pending(Pending&& other) noexcept : call_(std::exchange(other.call_, nullptr)) {}
  Pending& operator=(Pending&& other) noexcept {
    std::swap(call_, other.call_);
    return *this;
  }
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  ~Pending() {
    if (call_ != nullptr) {
      call_->Drop();
    }
  }

  [[nodiscard]] bool ready() const { return call_->ready(); }

  // Waits for the answer, which stays in the handle. Ends, as every call has its outcome within the
  // batcher's `timeout`. REQUIRES of both: not called from a callback, unless ready().
  Answer<Value>& Wait() & {
    call_->WaitUntil(std::nullopt);
    return call_->answer();
  }
  Answer<Value> Wait() && {
    call_->WaitUntil(std::nullopt);
    return std::move(call_->answer());
  }
  // True if the answer is there within `limit`. REQUIRES: as for Wait.
  [[nodiscard]] bool WaitFor(std::chrono::nanoseconds limit) {
    return call_->WaitUntil(RunClock::SteadyNow() + limit);
  }

  // Asks for the call to end as kCancelled. It still has exactly one outcome, which may be another
  // if that came first. REQUIRES: the batcher lives, or the answer is there.
  void Cancel() {
    if (!call_->ready()) {
      call_->Cancel();
    }
  }

 private:
  Call* call_;
};

}  // namespace batcher
