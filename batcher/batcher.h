#pragma once

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

#include "batcher/base/batcher_check.h"
#include "batcher/base/result.h"
#include "batcher/base/run_clock.h"
#include "batcher/core/options.h"
#include "batcher/runtime/answer.h"
#include "batcher/runtime/endpoint.h"
#include "batcher/runtime/engine_loop.h"
#include "batcher/runtime/flights.h"
#include "batcher/runtime/function_endpoint.h"
#include "batcher/runtime/observer.h"
#include "batcher/runtime/orders.h"
#include "batcher/runtime/pending.h"
#include "batcher/runtime/pending_call.h"
#include "batcher/runtime/stop_link.h"

namespace batcher {

struct BatcherOptions {
  QueueOptions queue = {};
  WireOptions wire = {};
  std::uint64_t seed = 1;        // of the jitter of retries
  RunClock clock = {};           // whose start the stamps of the records count from
  Observer* observer = nullptr;  // must outlive the batcher; none: nothing is recorded
};

// What may be said of one call.
struct CallOptions {
  // The caller's number for it in the records; none: the batcher counts.
  std::optional<std::uint64_t> call = {};
  // What it adds to a batch, for max_bytes; 0: as BatchFunctions::bytes_of, or the endpoint, says.
  std::size_t bytes = 0;
  // When a schedule wanted it, for the records; none: at Submit.
  std::optional<Instant> intended = {};
  // When its caller no longer wants the answer. The call's batch leaves early enough for the
  // service to be done by then, as it has been until now; at the deadline the call ends as
  // kDeadlineExceeded, and before it costs a request if it can't be in time. None: only
  // `wire.timeout` counts.
  std::optional<std::chrono::steady_clock::time_point> deadline = {};
  // A stop that is requested here, from any thread, ends the call as kCancelled, unless it has its
  // outcome already. Other calls of its batch never notice.
  std::stop_token stop = {};
};

// Gathers single look-ups for a short while, sends those that gathered as one batch, and hands
// every caller its own answer: callers never learn that batches exist.
//
//   batcher::Batcher<std::string, double> prices({.batch = [](auto names, auto) {
//     std::vector<batcher::ItemResult<double>> results;   // one for each name, in order
//     for (const std::string& name : names) { results.push_back(batcher::Found(PriceOf(name))); }
//     return results;
//   }});
//   batcher::Pending<double> price = prices.Get("tea");   // from any thread; does not block
//   if (const auto& answer = price.Wait()) { Use(*answer); }
//
// Every call gets exactly one outcome, whatever the batch function does and whenever the batcher
// ends, at the latest when `wire.timeout` has passed. All functions may be called from any thread,
// also from within callbacks, unless they say otherwise. `Key` must be copyable, have ==, and be
// hashable, on the thread that submits it; `Value` must be copyable (for callers with equal keys; a
// copy that throws fails that one call).
template <class Key, class Value, class Hash = std::hash<Key>>
class Batcher {
  static_assert(std::copyable<Key> && std::equality_comparable<Key>, "Key: copyable, with ==");
  static_assert(std::copy_constructible<Value>, "Value: copyable; a shared_ptr to it is");
  static_assert(std::is_invocable_r_v<std::size_t, const Hash&, const Key&>,
                "Hash: a function object from Key to std::size_t, by default std::hash<Key>");

 public:
  // Looks up through the user's own functions. REQUIRES of both: the options can be used
  // (ProblemOf); those that can't end the program, with a sentence.
  explicit Batcher(BatchFunctions<Key, Value> functions, BatcherOptions options = {})
      : Batcher(std::make_unique<FunctionEndpoint<Key, Value>>(std::move(functions)),
                std::move(options)) {}

  // Looks up through an endpoint, such as GeoapifyEndpoint.
  explicit Batcher(std::unique_ptr<Endpoint<Key, Value>> endpoint, BatcherOptions options = {})
      : endpoint_(std::move(endpoint)),
        flights_(*endpoint_, options.observer),
        loop_({.queue = Usable(options.queue),
               .wire = Usable(options.wire),
               .has_single = endpoint_->has_single(),
               .seed = options.seed},
              options.clock, flights_) {
    flights_.UseLoop(loop_);
    if (options.observer != nullptr) {
      options.observer->OnOptions(options.queue);
    }
    loop_.Start();
  }

  // Every call that has no outcome gets kShutDown, running batch functions are asked to stop, and
  // are waited for. Callbacks run meanwhile: let them reach the batcher by reference, not through a
  // unique_ptr that is being reset. REQUIRES: not called from a callback, nor while another thread
  // uses the batcher.
  ~Batcher() {
    Drain(Duration(0));  // Everybody is answered before anything is stopped.
    endpoint_->RequestStop();
    loop_.Stop();
    if (flights_.observer() != nullptr) {
      flights_.observer()->OnEnd();
    }
  }
  Batcher(const Batcher&) = delete;
  Batcher& operator=(const Batcher&) = delete;

  // Looks `key` up; `callback(Answer<Value>)` is called exactly once, on the batcher's thread, and
  // must not block nor destroy the batcher. One that throws hurts nobody else. A call that is
  // refused, because the queue is full or its key larger than max_bytes, is answered on this thread
  // before Submit returns.
  template <class Callback>
  requires std::is_invocable_v<Callback&, Answer<Value>>
  void Submit(Key key, Callback callback, CallOptions options = {}) {
    Hand(CallbackCall<Key, Value, Callback>::Make(std::move(key), std::move(callback)),
         std::move(options));
  }

  // Looks `key` up; the handle waits for the answer, or a coroutine awaits it. With Overflow::kWait
  // a call that finds the queue full is not refused but enters it when there is room: whoever waits
  // for the answer of one call before the next can't flood the batcher.
  [[nodiscard]] Pending<Value> Get(Key key, CallOptions options) {
    auto* call = new PendingCall<Key, Value>(std::move(key), loop_);
    call->can_wait = true;
    Pending<Value> pending(call);
    Hand(*call, std::move(options));
    return pending;
  }
  // (Not a default argument: g++ 12 frees a braced one twice in a co_await, and any takes room in
  // the coroutine's frame.)
  [[nodiscard]] Pending<Value> Get(Key key) { return Get(std::move(key), CallOptions()); }

  // Get for code that wants a std::future. Each costs about a microsecond more than a Pending.
  // Never wait for one in a callback: nobody finds out that it waits for itself.
  [[nodiscard]] std::future<Answer<Value>> GetFuture(Key key, CallOptions options = {}) {
    std::promise<Answer<Value>> promise;
    std::future<Answer<Value>> future = promise.get_future();
    auto keep = [promise = std::move(promise)](Answer<Value> answer) mutable {
      promise.set_value(std::move(answer));
    };
    auto& call = CallbackCall<Key, Value, decltype(keep)>::Make(std::move(key), std::move(keep));
    call.can_wait = true;
    Hand(call, std::move(options));
    return future;
  }

  // What is queued leaves now.
  void Flush() { loop_.Post(*new FlushOrder()); }

  // Other limits and another policy, from the next decision on. An Error: they can't be used
  // (ProblemOf), and nothing has changed.
  [[nodiscard]] std::optional<Error> Retune(QueueOptions queue) {
    if (auto problem = ProblemOf(queue)) {
      return problem;
    }
    loop_.SetLimits(queue);
    loop_.Post(*new RetuneOrder(std::move(queue), flights_.observer()));
    return std::nullopt;
  }

  // Refuses calls from now on, sends what is queued, and waits until every call has its outcome;
  // what has none after `limit` gets kShutDown. REQUIRES: not called from a callback.
  void Drain(Duration limit) {
    BATCHER_CHECK(!loop_.on_loop_thread());
    DrainOrder order(limit, loop_.clock());
    loop_.Post(order);
    order.Wait();
  }

  // The time line of the records.
  [[nodiscard]] const RunClock& clock() const { return loop_.clock(); }

 private:
  void Hand(CallNode<Key, Value>& call, CallOptions options) {
    call.numbered = options.call.has_value();
    call.number = options.call.value_or(0);
    call.bytes = options.bytes > 0 ? options.bytes : endpoint_->BytesOf(call.own_key);
    if (options.deadline) {
      call.deadline = loop_.clock().FromSteady(std::max(*options.deadline, RunClock::SteadyNow()));
      call.urgent = true;
    }
    if (options.stop.stop_possible()) {
      call.stop = std::make_unique<StopLink>(std::move(options.stop));
    }
    call.submitted = loop_.clock().Now();
    call.intended = options.intended.value_or(kNever);
    call.key_hash = ShortHash(Hash{}(call.own_key));
    if (const std::optional<Outcome> refused = loop_.Admit(call.bytes, call.can_wait)) {
      flights_.Refuse(call, *refused);
    } else {
      loop_.Post(call);
    }
  }

  template <class Options>
  static const Options& Usable(const Options& options) {
    if (const std::optional<Error> problem = ProblemOf(options)) {
      CheckFailed(__FILE__, __LINE__, problem->message.c_str());
    }
    return options;
  }

  std::unique_ptr<Endpoint<Key, Value>> endpoint_;
  Flights<Key, Value> flights_;
  EngineLoop loop_;
};

}  // namespace batcher
