#include "bench/run_metrics.h"

#include <cstdint>
#include <optional>
#include <vector>

#include "bench/recorder.h"

namespace bench {
namespace {

using batcher::Duration;
using scenarios::Threshold;

// From 10 us to 1 s, each twice the one before.
std::vector<double> LatenessEdges() {
  std::vector<double> edges;
  for (std::int64_t us = 10; us < 1'500'000; us *= 2) {
    edges.push_back(static_cast<double>(us) / 1e6);
  }
  return edges;
}

bool IsLimit(const Threshold& threshold) {
  return threshold.quantity.starts_with("latency.") &&
         (threshold.comparison == scenarios::Comparison::kAtMost ||
          threshold.comparison == scenarios::Comparison::kBelow);
}

batcher::MetricsOptions OptionsOf(const scenarios::Scenario& scenario,
                                  std::span<const Duration> windows) {
  batcher::MetricsOptions options{.batcher = scenario.name,
                                  .edges = {windows.begin(), windows.end()}};
  for (const char* field : {"window", "period"}) {
    if (scenario.batcher.policy.Has(field)) {
      options.edges.push_back(scenario.batcher.policy.Time(field));
    }
  }
  for (const Threshold& threshold : scenario.slo) {
    if (!IsLimit(threshold)) {
      continue;
    }
    const Duration limit(static_cast<Duration::rep>(threshold.value));
    options.edges.push_back(limit);
    if (!options.slo || threshold.quantity == "latency.p99") {
      options.slo = limit;
    }
  }
  return options;
}

}  // namespace

RunMetrics::RunMetrics(prometheus::Registry& registry, const scenarios::Scenario& scenario,
                       std::span<const Duration> windows)
    : batcher_(registry, OptionsOf(scenario, windows)),
      lateness_(prometheus::BuildHistogram()
                    .Name("batchlab_generator_lateness_seconds")
                    .Help("How late calls were made against their schedule.")
                    .Register(registry)
                    .Add({}, LatenessEdges())) {}

void RunMetrics::OnCall(const batcher::CallRecord& call) {
  if (call.call < kWarmUpCalls) {
    lateness_.Observe(batcher::ToSeconds(call.submitted - call.intended));
    batcher_.OnCall(call);
  }
}

void RunMetrics::OnBatch(const batcher::BatchRecord& batch, std::string_view message) {
  if (batch.first_call < kWarmUpCalls) {
    batcher_.OnBatch(batch, message);
  }
}

void RunMetrics::OnRequest(const batcher::RequestRecord& request) {
  if (request.first_call < kWarmUpCalls) {
    batcher_.OnRequest(request);
  }
}

void RunMetrics::OnRetry(std::uint64_t first_call, batcher::RetryReason reason) {
  if (first_call < kWarmUpCalls) {
    batcher_.OnRetry(first_call, reason);
  }
}

void RunMetrics::OnRefused(const batcher::CallRecord& call) {
  if (call.call < kWarmUpCalls) {
    lateness_.Observe(batcher::ToSeconds(call.submitted - call.intended));
    batcher_.OnRefused(call);
  }
}

}  // namespace bench
