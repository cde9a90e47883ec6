#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "batcher/base/time.h"
#include "batcher/metrics/batcher_series.h"
#include "batcher/runtime/observer.h"

namespace batcher {

// What a batcher does, as metrics for Prometheus: give it to a batcher as its observer, and serve
// the registry (see MetricsServer).
//
//   prometheus::Registry registry;
//   batcher::BatcherMetrics metrics(registry, {.batcher = "prices", .edges = {20ms}});
//   batcher::Batcher<std::string, double> prices({.batch = PricesOf}, {.observer = &metrics});
//
// Several batchers share a registry, each with an object of this class and a name of its own; one
// after the other they may also use the same object. It must outlive its batcher, the registry must
// outlive it, and the series stay in the registry.
//
// A call costs the batcher's thread a few nanoseconds and no lock: everything is counted there and
// published, together, at most 10 ms later, and when the batcher ends. While calls have no outcome
// the batcher wakes for that; once all is published and no call is there, it sleeps on. Scrapes may
// come from any thread at any time. Batches and their flush reasons are counted when they end, as
// in the records.
class BatcherMetrics final : public Observer {
 public:
  // All series are in the registry from then on, at 0. REQUIRES: see MetricsOptions.
  BatcherMetrics(prometheus::Registry& registry, const MetricsOptions& options)
      : series_(registry, options) {}

  // A hundredth of the narrowest bucket of durations.
  [[nodiscard]] Duration delivery_tolerance() const override {
    return std::chrono::microseconds(10);
  }
  void OnCall(const CallRecord& call) override;
  void OnBatch(const BatchRecord& batch, std::string_view message) override;
  void OnRequest(const RequestRecord& request) override;
  void OnRetry(std::uint64_t first_call, RetryReason reason) override;
  void OnRefused(const CallRecord& call) override;
  void OnOptions(const QueueOptions& queue) override;
  Instant OnTurn(const BatcherLoad& load) override;
  void OnEnd() override;
  void OnMismatches(std::size_t results) override;
  void OnCallbackThrew(std::string_view what) override;

 private:
  // When the newest of a batch's callers had the answer.
  struct Delivery {
    std::uint64_t batch = kNoBatch;
    Instant last;
  };
  void Publish(const BatcherLoad& load);
  // That of the batch, if any of its calls was answered in this turn.
  [[nodiscard]] const Delivery* FindDelivery(std::uint64_t batch);

  BatcherSeries series_;
  // Of the batches that were answered in this turn, in the order of their calls.
  std::vector<Delivery> deliveries_;
  std::size_t next_delivery_ = 0;  // Of deliveries_: those before it have been found.
  Instant published_at_;
};

}  // namespace batcher
