#include "batcher/metrics/batcher_metrics.h"

#include <prometheus/gauge.h>

#include <algorithm>
#include <limits>

#include "batcher/core/policy.h"

namespace batcher {
namespace {

constexpr Duration kPublishEvery = std::chrono::milliseconds(10);

Duration WindowOf(const Choice& policy) {
  for (const std::string_view field : {"window", "period"}) {
    if (policy.Has(field)) {
      return policy.Time(field);
    }
  }
  return Duration(0);
}

template <class Enum>
LocalCounter& Of(std::vector<LocalCounter>& counters, Enum value) {
  return counters[static_cast<std::size_t>(value)];
}

}  // namespace

void BatcherMetrics::OnCall(const CallRecord& call) {
  Of(series_.counters.calls, call.outcome).Add();
  if (!IsAnswered(call.outcome)) {
    return;
  }
  series_.histograms.call_duration.Add((call.delivered - call.intended).count());
  series_.histograms.linger.Add((call.due - call.submitted).count());
  if (deliveries_.empty() || deliveries_.back().batch != call.batch) {
    deliveries_.push_back({.batch = call.batch, .last = call.delivered});
  } else {
    deliveries_.back().last = call.delivered;
  }
}

void BatcherMetrics::OnBatch(const BatchRecord& batch, std::string_view /*message*/) {
  Of(series_.counters.flushes, batch.reason).Add();
  series_.counters.dedup_hits.Add(batch.calls - batch.entries);
  series_.counters.lone_calls.Add(batch.calls == 1 ? 1 : 0);
  series_.histograms.calls_per_batch.Add(batch.calls);
  series_.histograms.timer_lag.Add(batch.timer_lag.count());
  if (batch.polls > 0) {
    series_.histograms.polls_per_batch.Add(batch.polls);
  }
  if (batch.outcome != Outcome::kValue) {
    return;
  }
  series_.histograms.slot_wait.Add((batch.dispatched - batch.due).count());
  series_.histograms.server.Add((batch.answered - batch.attempted).count());
  series_.histograms.poll_quantisation.Add((batch.replied - batch.answered).count());
  const Delivery* const delivery = FindDelivery(batch.batch);
  series_.histograms.delivery.Add(delivery == nullptr ? 0
                                                      : (delivery->last - batch.replied).count());
}

// Batches end in the order in which their calls did: the next one is the one that is looked for.
const BatcherMetrics::Delivery* BatcherMetrics::FindDelivery(std::uint64_t batch) {
  const auto begin = deliveries_.begin() + static_cast<std::ptrdiff_t>(next_delivery_);
  const auto found = std::ranges::find(begin, deliveries_.end(), batch, &Delivery::batch);
  if (found == deliveries_.end()) {
    return nullptr;  // Nobody waited for it any more.
  }
  next_delivery_ = static_cast<std::size_t>(found - deliveries_.begin()) + 1;
  return &*found;
}

void BatcherMetrics::OnRequest(const RequestRecord& request) {
  series_.counters.HttpRequests(request.kind, request.status).Add();
  series_.histograms.http_request_duration[static_cast<std::size_t>(request.kind)].Add(
      request.duration.count());
}

void BatcherMetrics::OnRetry(std::uint64_t /*first_call*/, RetryReason reason) {
  Of(series_.counters.retries, reason).Add();
}

void BatcherMetrics::OnRefused(const CallRecord& call) {
  Of(series_.counters.calls, call.outcome).AddAtOnce();
}

void BatcherMetrics::OnMismatches(std::size_t results) {
  series_.counters.mismatched_results.AddAtOnce(results);
}

void BatcherMetrics::OnCallbackThrew(std::string_view /*what*/) {
  series_.counters.callback_exceptions.AddAtOnce();
}

void BatcherMetrics::OnOptions(const QueueOptions& queue) {
  series_.gauges.queue_limit.Set(static_cast<double>(queue.max_queued));
  series_.gauges.in_flight_limit.Set(queue.max_in_flight ? static_cast<double>(*queue.max_in_flight)
                                                         : std::numeric_limits<double>::infinity());
  series_.gauges.window.Set(ToSeconds(WindowOf(queue.policy)));
  for (std::size_t i = 0; i < series_.gauges.policies.size(); ++i) {
    series_.gauges.policies[i]->Set(PolicyKinds()[i].spec.name == queue.policy.kind() ? 1 : 0);
  }
}

Instant BatcherMetrics::OnTurn(const BatcherLoad& load) {
  deliveries_.clear();
  next_delivery_ = 0;
  // Another batcher's time begins anew.
  const bool due = load.at < published_at_ || load.at - published_at_ >= kPublishEvery;
  if (due) {
    Publish(load);
    published_at_ = load.at;
  }
  const bool all_told = due && load.calls == 0;
  return all_told ? kNever : published_at_ + kPublishEvery;
}

void BatcherMetrics::OnEnd() { Publish({}); }

void BatcherMetrics::Publish(const BatcherLoad& load) {
  series_.gauges.queue_depth.Set(static_cast<double>(load.queued));
  series_.gauges.live_calls.Set(static_cast<double>(load.calls));
  series_.gauges.in_flight.Set(static_cast<double>(load.in_flight));
  series_.Publish();
}

}  // namespace batcher
