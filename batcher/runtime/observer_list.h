#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "batcher/runtime/observer.h"

namespace batcher {

// Tells several observers what it is told, in their order: a ledger and metrics, say. All must
// outlive it. As thread-safe as they are.
class ObserverList final : public Observer {
 public:
  explicit ObserverList(std::vector<Observer*> observers) : observers_(std::move(observers)) {}

  // That of the strictest.
  [[nodiscard]] Duration delivery_tolerance() const override {
    Duration least = Duration::max();
    for (const Observer* one : observers_) {
      least = std::min(least, one->delivery_tolerance());
    }
    return least;
  }
  void OnCall(const CallRecord& call) override {
    Tell([&](Observer& one) { one.OnCall(call); });
  }
  void OnBatch(const BatchRecord& batch, std::string_view message) override {
    Tell([&](Observer& one) { one.OnBatch(batch, message); });
  }
  void OnRequest(const RequestRecord& request) override {
    Tell([&](Observer& one) { one.OnRequest(request); });
  }
  void OnRetry(std::uint64_t first_call, RetryReason reason) override {
    Tell([&](Observer& one) { one.OnRetry(first_call, reason); });
  }
  void OnRefused(const CallRecord& call) override {
    Tell([&](Observer& one) { one.OnRefused(call); });
  }
  void OnOptions(const QueueOptions& queue) override {
    Tell([&](Observer& one) { one.OnOptions(queue); });
  }
  Instant OnTurn(const BatcherLoad& load) override {
    Instant next = kNever;
    Tell([&](Observer& one) { next = std::min(next, one.OnTurn(load)); });
    return next;
  }
  void OnEnd() override {
    Tell([](Observer& one) { one.OnEnd(); });
  }
  void OnMismatches(std::size_t results) override {
    Tell([&](Observer& one) { one.OnMismatches(results); });
  }
  void OnCallbackThrew(std::string_view what) override {
    Tell([&](Observer& one) { one.OnCallbackThrew(what); });
  }

 private:
  template <class Function>
  void Tell(Function function) {
    for (Observer* one : observers_) {
      function(*one);
    }
  }

  std::vector<Observer*> observers_;
};

}  // namespace batcher
