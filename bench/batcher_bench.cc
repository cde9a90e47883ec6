// What a call costs in the real-time batcher, beside the limit and the peers of the same run.
//
// submit: `producers` threads hand in `--calls` calls each, while the loop sleeps under a window of
// an hour. Timed: copying the key (40 bytes, as of an address: one allocation), hashing it,
// stamping the call, handing it in. Not timed: answering what was handed in.
//
// round_trip: the same threads hand in the same calls and wait until the last one is answered.
// Timed: all from the first submit to the last answer, on the producers, the loop's thread and
// whatever wakes them. The batch function answers in memory at once, on the loop's thread,
// or on one of the batcher's own (`blocking`). All calls come at once, as from a sheet that is
// recalculated, and all keys differ, so that nothing is saved by sharing and looking for equal ones
// costs the most; `dedup:off` does not look. `metrics:on` has the batcher observed by
// BatcherMetrics, as in production; nobody scrapes. The batcher uses the nodes of its calls again.
// `coroutine` starts one for each call, which awaits its answer and ends on the loop's thread; the
// frames come from the heap, in `coroutine_pooled` from PooledFrame.
// With few `--calls` the wake-ups weigh more, with very many the caches no longer hold them.
//
// peer: what one could use in place of it. stack_push is the limit of a submit: nodes that are
// there already, pushed onto the stack that the batcher's inbox is. stack_new adds a node from the
// heap and a copy of the key. mutex_vector is the usual queue. promise_future is one promise, set
// and got on the same thread, for nothing but the answer.
// swap_batcher is the smallest batcher: a mutex, two vectors and a thread; no window, no limits, no
// cancelling, no time-outs, no records, a callback that may not throw. swap_batcher_future answers
// through the platform's bare pair: what that adds to swap_batcher is what `future` cannot but add
// to `callback` in round_trip.
//
// The time is that of all calls of an iteration, `cpu` that of all threads, also for what is not
// timed; `ns_per_call` is what one added to it, `allocations` what one took from the heap, counted
// on all threads in a pass of its own before the timed ones.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <prometheus/registry.h>

#include <array>
#include <barrier>
#include <condition_variable>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "batcher/base/check.h"
#include "batcher/batcher.h"
#include "batcher/metrics/batcher_metrics.h"
#include "batcher/runtime/inbox.h"
#include "batcher/runtime/pooled_frame.h"
#include "bench/benchmark_main.h"
#include "bench/counted_allocations.h"

namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using batcher::BatcherOptions;
using batcher::RunClock;
using bench::AddBenchmark;
using bench::BenchmarkTime;
using Value = std::uint64_t;
using StringBatcher = batcher::Batcher<std::string, Value>;
using Functions = batcher::BatchFunctions<std::string, Value>;

constexpr std::size_t kKeyBytes = 40;

// Different ones for each producer.
std::vector<std::vector<std::string>> MakeKeys(std::size_t producers, std::size_t calls) {
  std::vector<std::vector<std::string>> keys(producers);
  for (std::size_t i = 0; i < producers * calls; ++i) {
    keys[i / calls].push_back(fmt::format("{:08}, Unter den Linden, 10117 Berlin", i));
    CHECK(keys[i / calls].back().size() == kKeyBytes);
  }
  return keys;
}

// Threads that do the same at the same time, again and again. A single producer is the thread that
// asks.
class Producers {
 public:
  using Work = std::function<void(std::size_t producer)>;

  Producers(std::size_t count, Work work)
      : work_(std::move(work)), turn_(static_cast<std::ptrdiff_t>(count) + 1) {
    for (std::size_t i = 0; count > 1 && i < count; ++i) {
      threads_.emplace_back([this, i] {
        while (turn_.arrive_and_wait(), !ending_) {
          work_(i);
          turn_.arrive_and_wait();
        }
      });
    }
  }
  ~Producers() {
    ending_ = true;
    if (!threads_.empty()) {
      turn_.arrive_and_wait();
    }
  }
  Producers(const Producers&) = delete;
  Producers& operator=(const Producers&) = delete;

  // From the start of all to the end of the last, in seconds.
  double Run() {
    const auto start = RunClock::SteadyNow();
    if (threads_.empty()) {
      work_(0);
    } else {
      turn_.arrive_and_wait();
      turn_.arrive_and_wait();
    }
    return std::chrono::duration<double>(RunClock::SteadyNow() - start).count();
  }

 private:
  Work work_;
  std::barrier<> turn_;
  bool ending_ = false;                // Written before a turn begins, read after.
  std::vector<std::jthread> threads_;  // Last member: they use the others.
};

// Times `producers` that each make `calls` calls; `clean_up` is not timed.
void Measure(benchmark::State& state, std::size_t calls, Producers& producers,
             const std::function<void()>& clean_up) {
  producers.Run();  // What grows with the first calls has grown.
  clean_up();
  const auto all = static_cast<double>(calls);
  state.counters["allocations"] =
      static_cast<double>(bench::CountAllocations([&] { producers.Run(); })) / all;
  clean_up();
  for ([[maybe_unused]] auto _ : state) {
    state.SetIterationTime(producers.Run());
    clean_up();
  }
  using benchmark::Counter;
  state.counters["calls_per_s"] = Counter(all, Counter::kIsIterationInvariantRate);
  state.counters["ns_per_call"] =
      Counter(all / 1e9, Counter::kIsIterationInvariantRate | Counter::kInvert);
}

enum class FrontEnd { kCallback, kPending, kFuture, kCoroutine, kPooledCoroutine };

// What an entry measures.
struct Setting {
  std::string_view policy_name = "window";
  batcher::Choice policy = batcher::WindowPolicy(1ms);
  std::string_view front_name = "callback";
  FrontEnd front = FrontEnd::kCallback;
  std::size_t producers = 1;
  bool blocking = false;  // the batch function
  bool dedup = true;
  bool metrics = false;
};

Functions InMemory(bool blocking) {
  if (blocking) {
    return {.batch = [](std::span<const std::string> keys, const std::stop_token&) {
      std::vector<batcher::ItemResult<Value>> results;
      results.reserve(keys.size());
      for (const std::string& key : keys) {
        results.push_back(batcher::Found<Value>(key.size()));
      }
      return results;
    }};
  }
  return {.start = [](std::span<const std::string> keys, batcher::Completion<Value> completion) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      completion.Set(i, batcher::Found<Value>(keys[i].size()));
    }
    completion.Finish();
  }};
}

// No call is refused: an iteration hands in more than the default limit.
BatcherOptions Unlimited(const batcher::Choice& policy) {
  BatcherOptions options;
  options.queue.policy = policy;
  options.queue.max_queued = 1'000'000'000;
  return options;
}

// A coroutine that begins at once and frees itself.
template <class FrameMemory>
struct Detached {
  struct promise_type : FrameMemory {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

struct FrameOfTheHeap {};

template <class FrameMemory>
Detached<FrameMemory> LookUp(StringBatcher& batcher, const std::string& key, std::latch& answered) {
  const batcher::Answer<Value> answer = co_await batcher.Get(key);
  CHECK(answer.value == kKeyBytes);
  answered.count_down();
}

template <class FrameMemory>
void RoundTripOfCoroutines(StringBatcher& batcher, const std::vector<std::string>& keys) {
  std::latch answered(static_cast<std::ptrdiff_t>(keys.size()));
  for (const std::string& key : keys) {
    LookUp<FrameMemory>(batcher, key, answered);
  }
  answered.wait();
}

void RoundTripOnce(StringBatcher& batcher, FrontEnd front, const std::vector<std::string>& keys) {
  if (front == FrontEnd::kCallback) {
    std::latch answered(static_cast<std::ptrdiff_t>(keys.size()));
    for (const std::string& key : keys) {
      batcher.Submit(key, [&answered](const batcher::Answer<Value>& answer) {
        CHECK(answer.value == kKeyBytes);
        answered.count_down();
      });
    }
    answered.wait();
  } else if (front == FrontEnd::kPending) {
    std::vector<batcher::Pending<Value>> answers;
    answers.reserve(keys.size());
    for (const std::string& key : keys) {
      answers.push_back(batcher.Get(key));
    }
    for (batcher::Pending<Value>& answer : answers) {
      CHECK(answer.Wait().value == kKeyBytes);
    }
  } else if (front == FrontEnd::kCoroutine) {
    RoundTripOfCoroutines<FrameOfTheHeap>(batcher, keys);
  } else if (front == FrontEnd::kPooledCoroutine) {
    RoundTripOfCoroutines<batcher::PooledFrame>(batcher, keys);
  } else {
    std::vector<std::future<batcher::Answer<Value>>> answers;
    answers.reserve(keys.size());
    for (const std::string& key : keys) {
      answers.push_back(batcher.GetFuture(key));
    }
    for (std::future<batcher::Answer<Value>>& answer : answers) {
      CHECK(answer.get().value == kKeyBytes);
    }
  }
}

void RoundTrip(benchmark::State& state, const Setting& setting, std::size_t calls) {
  const auto keys = MakeKeys(setting.producers, calls);
  BatcherOptions options = Unlimited(setting.policy);
  options.queue.dedup = setting.dedup;
  prometheus::Registry registry;
  batcher::BatcherMetrics metrics(registry, {.edges = {1ms}});
  if (setting.metrics) {
    options.observer = &metrics;
  }
  StringBatcher batcher(InMemory(setting.blocking), options);
  Producers producers(setting.producers, [&](std::size_t producer) {
    RoundTripOnce(batcher, setting.front, keys[producer]);
  });
  Measure(state, calls * setting.producers, producers, [] {});
}

void SubmitAlone(benchmark::State& state, const Setting& setting, std::size_t calls) {
  const auto keys = MakeKeys(setting.producers, calls);
  BatcherOptions options = Unlimited(batcher::WindowPolicy(1h));
  options.queue.max_items = 1'000'000'000;
  options.wire.timeout = 2h;
  StringBatcher batcher(InMemory(false), options);
  // The answers, which are awaited and dropped by clean_up.
  std::optional<std::latch> answered;
  std::vector<std::vector<batcher::Pending<Value>>> pending(setting.producers);
  std::vector<std::vector<std::future<batcher::Answer<Value>>>> futures(setting.producers);
  const auto all = calls * setting.producers;
  const auto clean_up = [&] {
    batcher.Flush();
    if (setting.front == FrontEnd::kCallback) {
      answered->wait();
    }
    for (std::size_t i = 0; i < setting.producers; ++i) {
      for (batcher::Pending<Value>& answer : pending[i]) {
        answer.Wait();
      }
      for (std::future<batcher::Answer<Value>>& answer : futures[i]) {
        answer.wait();
      }
      pending[i].clear();
      pending[i].reserve(calls);
      futures[i].clear();
      futures[i].reserve(calls);
    }
    answered.emplace(static_cast<std::ptrdiff_t>(all));
  };
  answered.emplace(static_cast<std::ptrdiff_t>(all));
  Producers producers(setting.producers, [&](std::size_t producer) {
    for (const std::string& key : keys[producer]) {
      switch (setting.front) {
        case FrontEnd::kCallback:
          batcher.Submit(key, [&answered](const auto& /*answer*/) { answered->count_down(); });
          break;
        case FrontEnd::kPending:
          pending[producer].push_back(batcher.Get(key));
          break;
        case FrontEnd::kFuture:
          futures[producer].push_back(batcher.GetFuture(key));
          break;
        case FrontEnd::kCoroutine:
        case FrontEnd::kPooledCoroutine:
          CHECK(false);  // They submit through `pending`.
      }
    }
  });
  Measure(state, all, producers, clean_up);
}

struct KeyNode : batcher::InboxNode {
  std::string key;
};

// The nodes of the pushes are there before.
void StackPush(benchmark::State& state, std::size_t producer_count, std::size_t calls) {
  std::vector<std::vector<batcher::InboxNode>> nodes(producer_count,
                                                     std::vector<batcher::InboxNode>(calls));
  batcher::Inbox inbox;
  Producers producers(producer_count, [&](std::size_t producer) {
    for (batcher::InboxNode& node : nodes[producer]) {
      inbox.Push(node);
    }
  });
  Measure(state, calls * producer_count, producers, [&] { (void)inbox.TakeAll(); });
}

void StackNew(benchmark::State& state, std::size_t producer_count, std::size_t calls) {
  const auto keys = MakeKeys(producer_count, calls);
  batcher::Inbox inbox;
  Producers producers(producer_count, [&](std::size_t producer) {
    for (const std::string& key : keys[producer]) {
      inbox.Push(*new KeyNode{{}, key});
    }
  });
  Measure(state, calls * producer_count, producers, [&] {
    batcher::InboxNode* node = inbox.TakeAll();
    while (node != nullptr) {
      const std::unique_ptr<KeyNode> owner(static_cast<KeyNode*>(node));
      node = node->next;
    }
  });
}

void MutexVector(benchmark::State& state, std::size_t producer_count, std::size_t calls) {
  const auto keys = MakeKeys(producer_count, calls);
  std::mutex mutex;
  std::vector<std::string> queue;
  Producers producers(producer_count, [&](std::size_t producer) {
    for (const std::string& key : keys[producer]) {
      const std::lock_guard lock(mutex);
      queue.push_back(key);
    }
  });
  Measure(state, calls * producer_count, producers, [&] { queue.clear(); });
}

void PromiseFuture(benchmark::State& state, std::size_t calls) {
  Producers producers(1, [&](std::size_t) {
    for (std::size_t i = 0; i < calls; ++i) {
      std::promise<Value> promise;
      std::future<Value> future = promise.get_future();
      promise.set_value(i);
      benchmark::DoNotOptimize(future.get());
    }
  });
  Measure(state, calls, producers, [] {});
}

void Tell(const std::function<void(Value)>& callback, Value value) { callback(value); }
void Tell(std::promise<Value>& promise, Value value) { promise.set_value(value); }

// Sends what gathered while the batch before it was worked on.
template <class Caller>
class SwapBatcherOf {
 public:
  void Submit(std::string key, Caller caller) {
    const std::lock_guard lock(mutex_);
    queue_.emplace_back(std::move(key), std::move(caller));
    if (queue_.size() == 1) {
      changed_.notify_one();
    }
  }

 private:
  void Run(const std::stop_token& stop) {
    std::vector<std::pair<std::string, Caller>> batch;
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !queue_.empty(); })) {
      std::swap(batch, queue_);
      lock.unlock();
      for (auto& [key, caller] : batch) {
        Tell(caller, key.size());
      }
      batch.clear();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::pair<std::string, Caller>> queue_;  // Guarded by mutex_.
  std::jthread thread_{[this](const std::stop_token& stop) { Run(stop); }};
};
using SwapBatcher = SwapBatcherOf<std::function<void(Value)>>;
using FutureSwapBatcher = SwapBatcherOf<std::promise<Value>>;

void SwapBatcherRoundTrip(benchmark::State& state, std::size_t producer_count, std::size_t calls) {
  const auto keys = MakeKeys(producer_count, calls);
  SwapBatcher batcher;
  Producers producers(producer_count, [&](std::size_t producer) {
    std::latch answered(static_cast<std::ptrdiff_t>(calls));
    for (const std::string& key : keys[producer]) {
      batcher.Submit(key, [&answered](Value value) {
        CHECK(value == kKeyBytes);
        answered.count_down();
      });
    }
    answered.wait();
  });
  Measure(state, calls * producer_count, producers, [] {});
}

void SwapBatcherFuture(benchmark::State& state, std::size_t producer_count, std::size_t calls) {
  const auto keys = MakeKeys(producer_count, calls);
  FutureSwapBatcher batcher;
  Producers producers(producer_count, [&](std::size_t producer) {
    std::vector<std::future<Value>> answers;
    answers.reserve(calls);
    for (const std::string& key : keys[producer]) {
      std::promise<Value> promise;
      answers.push_back(promise.get_future());
      batcher.Submit(key, std::move(promise));
    }
    for (std::future<Value>& answer : answers) {
      CHECK(answer.get() == kKeyBytes);
    }
  });
  Measure(state, calls * producer_count, producers, [] {});
}

void RegisterRoundTrip(const Setting& setting, std::size_t calls) {
  const std::string name =
      fmt::format("round_trip/{}/{}/{}{}{}producers:{}", setting.policy_name, setting.front_name,
                  setting.blocking ? "blocking/" : "", setting.dedup ? "" : "dedup:off/",
                  setting.metrics ? "metrics:on/" : "", setting.producers);
  AddBenchmark(name, BenchmarkTime::kByItself,
               [=](benchmark::State& state) { RoundTrip(state, setting, calls); });
}

void RegisterSubmit(const Setting& setting, std::size_t calls) {
  AddBenchmark(fmt::format("submit/{}/producers:{}", setting.front_name, setting.producers),
               BenchmarkTime::kByItself,
               [=](benchmark::State& state) { SubmitAlone(state, setting, calls); });
}

void RegisterPeers(std::size_t producers, std::size_t calls) {
  const auto add = [=](const char* name, auto function) {
    AddBenchmark(fmt::format("peer/{}/producers:{}", name, producers), BenchmarkTime::kByItself,
                 [=](benchmark::State& state) { function(state, producers, calls); });
  };
  add("stack_push", StackPush);
  add("stack_new", StackNew);
  add("mutex_vector", MutexVector);
  add("swap_batcher", SwapBatcherRoundTrip);
  add("swap_batcher_future", SwapBatcherFuture);
}

void RegisterAll(std::size_t calls) {
  constexpr std::array<std::size_t, 3> kProducers = {1, 2, 4};
  for (const std::size_t producers : kProducers) {
    RegisterSubmit({.producers = producers}, calls);
  }
  RegisterSubmit({.front_name = "pending", .front = FrontEnd::kPending}, calls);
  RegisterSubmit({.front_name = "future", .front = FrontEnd::kFuture}, calls);
  for (const std::size_t producers : kProducers) {
    RegisterRoundTrip({.producers = producers}, calls);
    RegisterRoundTrip({.producers = producers, .metrics = true}, calls);
  }
  RegisterRoundTrip({.front_name = "pending", .front = FrontEnd::kPending}, calls);
  RegisterRoundTrip({.front_name = "future", .front = FrontEnd::kFuture}, calls);
  for (const std::size_t producers : kProducers) {
    RegisterRoundTrip(
        {.front_name = "coroutine", .front = FrontEnd::kCoroutine, .producers = producers}, calls);
    RegisterRoundTrip({.front_name = "coroutine_pooled",
                       .front = FrontEnd::kPooledCoroutine,
                       .producers = producers},
                      calls);
  }
  RegisterRoundTrip({.blocking = true}, calls);
  RegisterRoundTrip({.dedup = false}, calls);
  RegisterRoundTrip({.policy_name = "natural", .policy = batcher::NaturalPolicy()}, calls);
  RegisterRoundTrip({.policy_name = "natural", .policy = batcher::NaturalPolicy(), .metrics = true},
                    calls);
  RegisterRoundTrip({.policy_name = "tick", .policy = batcher::TickPolicy(1ms)}, calls);
  // Each call by itself: the same loop without what batching saves it.
  RegisterRoundTrip({.policy_name = "unbatched", .policy = batcher::UnbatchedPolicy()}, calls);
  for (const std::size_t producers : kProducers) {
    RegisterPeers(producers, calls);
  }
  AddBenchmark("peer/promise_future/producers:1", BenchmarkTime::kByItself,
               [=](benchmark::State& state) { PromiseFuture(state, calls); });
}

}  // namespace

int main(int argc, char** argv) {
  std::string calls = "10000";
  const auto options = std::to_array<bench::BenchmarkOption>(
      {{.name = "calls", .meaning = "Calls of each producer in one iteration", .value = &calls}});
  return bench::BenchmarkMain(
      argc, argv, {.options = options, .prepare = [&]() -> std::optional<batcher::Error> {
                     const auto number = bench::PositiveNumber(options.front());
                     if (!number) {
                       return number.error();
                     }
                     RegisterAll(*number);
                     return std::nullopt;
                   }});
}
