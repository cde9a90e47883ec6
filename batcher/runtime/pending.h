#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "batcher/base/batcher_check.h"
#include "batcher/base/run_clock.h"
#include "batcher/runtime/answer.h"
#include "batcher/runtime/awaiter.h"
#include "batcher/runtime/pending_state.h"

namespace batcher {

// The handle of one call that was submitted. Move-only; one thread at a time. Dropping it leaves
// the call alone: its answer is thrown away. It may outlive the batcher, which answers every call
// before it is gone.
//
// A coroutine awaits it, and goes on with the answer: at once if that is there, else on the
// batcher's thread, where it must not block nor destroy the batcher, as a callback; or where an
// executor of yours resumes it.
//
//   Task Compare(Prices& prices, ThreadPool& pool) {
//     const batcher::Answer<double> tea = co_await prices.Get("tea");
//     const auto on_pool = [&pool](std::coroutine_handle<> task) { pool.Post(task); };
//     const batcher::Answer<double> mate = co_await prices.Get("mate").On(on_pool);
//     Show(tea, mate);  // on a thread of the pool
//   }
//
// What the coroutine throws is its promise's business; what that lets through is as from a
// callback. A batcher that is destroyed resumes those that wait, with kShutDown, before it is gone;
// one that calls again then is answered kRejectedDraining, and must not try for ever.
//
// A suspended coroutine may be destroyed: as if the handle was dropped. As with any coroutine, not
// while another thread resumes it, nor while an executor has it. So it is safe on the batcher's
// thread, if it was to go on there; and elsewhere as long as the call can't be answered yet.
//
// g++ 12 frees braced temporaries within a co_await expression twice, also lambdas: give options
// and executors names first.
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

  // Of no call: to be assigned another.
  Pending() = default;
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

  // Whether it is the handle of a call: not if it was made without one, or moved from. REQUIRED by
  // all that follows.
  [[nodiscard]] bool valid() const { return call_ != nullptr; }

  [[nodiscard]] bool ready() const { return state().ready(); }

  // Waits for the answer, which stays in the handle. Ends, as every call has its outcome within the
  // batcher's `timeout`. REQUIRES of both: not called from a callback of any batcher, unless
  // ready().
  Answer<Value>& Wait() & {
    state().WaitUntil(std::nullopt);
    return state().answer();
  }
  Answer<Value> Wait() && {
    state().WaitUntil(std::nullopt);
    return std::move(state().answer());
  }
  // True if the answer is there within `limit`. REQUIRES: as for Wait.
  [[nodiscard]] bool WaitFor(std::chrono::nanoseconds limit) {
    return state().WaitUntil(RunClock::SteadyAfter(limit));
  }

  // Asks for the call to end as kCancelled. It still has exactly one outcome, which may be another
  // if that came first. REQUIRES: the batcher lives, or the answer is there.
  void Cancel() {
    if (!state().ready()) {
      call_->Cancel();
    }
  }

  // `co_await` gives what Wait gives: of a handle that stays, a reference to the answer in it.
  // REQUIRES: nobody else waits; the handle stays where it is until the coroutine goes on.
  [[nodiscard]] auto operator co_await() & {
    return PendingAwaiter<Value, Pending&, BatcherThread>(*this, state(), BatcherThread());
  }
  [[nodiscard]] auto operator co_await() && {
    return PendingAwaiter<Value, Pending, BatcherThread>(std::move(*this), state(),
                                                         BatcherThread());
  }
  // The same, but `executor` has the coroutine resumed: see CoroutineExecutor.
  template <CoroutineExecutor Executor>
  [[nodiscard]] auto On(Executor executor) & {
    return PendingAwaiter<Value, Pending&, Executor>(*this, state(), std::move(executor));
  }
  template <CoroutineExecutor Executor>
  [[nodiscard]] auto On(Executor executor) && {
    return PendingAwaiter<Value, Pending, Executor>(std::move(*this), state(), std::move(executor));
  }

 private:
  [[nodiscard]] PendingState<Value>& state() const {
    BATCHER_CHECK(valid());
    return *call_;
  }

  Call* call_ = nullptr;
};

}  // namespace batcher
