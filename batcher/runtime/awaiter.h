#pragma once

#include <concepts>
#include <coroutine>
#include <exception>
#include <type_traits>
#include <utility>

#include "batcher/runtime/pending_state.h"

namespace batcher {

// Where a coroutine is resumed that names no executor.
struct BatcherThread {};

// What has a coroutine go on elsewhere than on the batcher's thread: called there, with the
// coroutine, which it has resumed by another thread. A std::coroutine_handle<> is a function object
// without arguments, so a pool of threads that takes std::function<void()> takes it as it is.
//
// The executor is copied into the co_await, and moved out of it for the call: `std::ref` for one
// that must stay where it is. It must not block nor destroy the batcher. One that throws must not
// have taken the coroutine, which is then resumed on the batcher's thread; an Observer is told of
// the exception through OnCallbackThrew. One that drops the coroutine leaves it suspended for ever,
// to be destroyed by its owner.
template <class Function>
concept CoroutineExecutor =
    std::move_constructible<Function> && std::invocable<Function&, std::coroutine_handle<>>;

// What `co_await` makes of a Pending; see there. `Handle` is the type of what is awaited, a
// reference if it stays with the caller.
template <class Value, class Handle, class Executor>
class PendingAwaiter final : public Waiter {
 public:
  // `state` is that of `pending`.
  PendingAwaiter(Handle&& pending, PendingState<Value>& state, Executor executor)
      : state_(state), pending_(std::forward<Handle>(pending)), executor_(std::move(executor)) {}
  // The coroutine goes on, or is destroyed while it is suspended.
  ~PendingAwaiter() {
    if (coroutine_ && !state_.ready()) {
      state_.Detach(*this);
    }
  }
  PendingAwaiter(const PendingAwaiter&) = delete;
  PendingAwaiter& operator=(const PendingAwaiter&) = delete;

  // The names that the language looks for.
  [[nodiscard]] bool await_ready() const { return state_.ready(); }
  [[nodiscard]] bool await_suspend(std::coroutine_handle<> coroutine) {
    coroutine_ = coroutine;
    return state_.Attach(*this);  // From here on the coroutine may run, or be gone.
  }
  decltype(auto) await_resume() { return std::forward<Handle>(pending_).Wait(); }

 private:
  void Wake() override {
    const std::coroutine_handle<> coroutine = coroutine_;
    if constexpr (std::is_same_v<Executor, BatcherThread>) {
      coroutine.resume();
    } else {
      std::exception_ptr refusal;
      try {
        // On this stack: the coroutine may end, and this awaiter with it, before the call returns.
        Executor executor = std::move(executor_);
        executor(coroutine);
        return;
      } catch (...) {
        refusal = std::current_exception();
      }
      coroutine.resume();
      std::rethrow_exception(refusal);
    }
  }

  PendingState<Value>& state_;
  std::coroutine_handle<> coroutine_;  // None: it was not suspended.
  Handle pending_;
  [[no_unique_address]] Executor executor_;
};

}  // namespace batcher
