#pragma once

#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <span>

#include "batcher/metrics/batcher_metrics.h"
#include "batcher/runtime/observer.h"
#include "scenarios/scenario.h"

namespace bench {

// What a run or a soak tells Prometheus: the metrics of its batcher, and how late its calls are
// made. Calls before the run (kWarmUpCalls) are left out, so that counts are those of its files.
// For one batcher after the other.
class RunMetrics final : public batcher::Observer {
 public:
  // `windows` that will be in force, beside that of the scenario. The registry must outlive it.
  RunMetrics(prometheus::Registry& registry, const scenarios::Scenario& scenario,
             std::span<const batcher::Duration> windows = {});

  [[nodiscard]] batcher::Duration delivery_tolerance() const override {
    return batcher_.delivery_tolerance();
  }
  void OnCall(const batcher::CallRecord& call) override;
  void OnBatch(const batcher::BatchRecord& batch, std::string_view message) override;
  void OnRequest(const batcher::RequestRecord& request) override;
  void OnRetry(std::uint64_t first_call, batcher::RetryReason reason) override;
  void OnRefused(const batcher::CallRecord& call) override;
  void OnOptions(const batcher::QueueOptions& queue) override { batcher_.OnOptions(queue); }
  batcher::Instant OnTurn(const batcher::BatcherLoad& load) override {
    return batcher_.OnTurn(load);
  }
  void OnEnd() override { batcher_.OnEnd(); }
  void OnMismatches(std::size_t results) override { batcher_.OnMismatches(results); }
  void OnCallbackThrew(std::string_view what) override { batcher_.OnCallbackThrew(what); }

 private:
  batcher::BatcherMetrics batcher_;
  prometheus::Histogram& lateness_;
};

}  // namespace bench
