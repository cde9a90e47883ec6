#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

#include "batcher/base/run_clock.h"
#include "batcher/core/engine.h"
#include "batcher/runtime/engine_loop.h"
#include "batcher/runtime/observer.h"

namespace batcher {

// What users ask of a running batcher besides calls.
struct Order : LoopNode {
  Order() : LoopNode(Kind::kOrder) {}
  virtual ~Order() = default;
  Order(const Order&) = delete;
  Order& operator=(const Order&) = delete;
  // On the loop's thread. Answers whether the order has been carried out and may be deleted; else
  // it wants Drained when no call is without an outcome, and is not the loop's to delete.
  virtual bool Apply(Engine& engine, Instant now, Effects& effects) = 0;
  virtual void Drained() {}
};

struct FlushOrder final : Order {
  bool Apply(Engine& engine, Instant now, Effects& effects) override {
    engine.On(Flush{}, now, effects);
    return true;
  }
};

struct RetuneOrder final : Order {
  RetuneOrder(QueueOptions options, Observer* told) : queue(std::move(options)), observer(told) {}
  bool Apply(Engine& engine, Instant now, Effects& effects) override {
    engine.On(Retune{.queue = queue}, now, effects);
    if (observer != nullptr) {
      observer->OnOptions(queue);
    }
    return true;
  }
  QueueOptions queue;
  Observer* observer;  // none: nobody is told
};

// Lives on the stack of whoever drains.
class DrainOrder final : public Order {
 public:
  DrainOrder(Duration limit, const RunClock& clock)
      : deadline_(clock.FromSteady(RunClock::SteadyAfter(limit))) {}

  bool Apply(Engine& engine, Instant now, Effects& effects) override {
    engine.On(Drain{.deadline = deadline_}, now, effects);
    return false;
  }
  void Drained() override {
    const std::lock_guard lock(mutex_);
    drained_ = true;
    changed_.notify_one();
  }
  void Wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return drained_; });
  }

 private:
  Instant deadline_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool drained_ = false;  // Guarded by mutex_.
};

}  // namespace batcher
