#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "batcher/base/time.h"
#include "batcher/core/reply.h"
#include "batcher/metrics/local_counter.h"
#include "batcher/metrics/local_histogram.h"

namespace prometheus {
class Gauge;
class Registry;
}  // namespace prometheus

namespace batcher {

class SeriesMaker;

struct MetricsOptions {
  // The label `batcher` of all series. REQUIRES: no other batcher of the registry has the same.
  std::string batcher = "default";
  // Exact edges of the buckets of durations beside those of DurationEdges, such as the windows in
  // use: how many calls waited for at most the window is then no guess.
  std::vector<Duration> edges = {};
  // What is demanded of the latency: an exact edge too, and a series of its own. None: nothing is.
  std::optional<Duration> slo = {};
};

struct BatcherCounters {
  explicit BatcherCounters(const SeriesMaker& make);

  void Publish();
  // That of requests that were answered with `status`; 0: with none.
  LocalCounter& HttpRequests(RequestKind phase, int status);

  std::vector<LocalCounter> calls;    // by Outcome
  std::vector<LocalCounter> flushes;  // by FlushReason
  std::vector<LocalCounter> retries;  // by RetryReason
  LocalCounter dedup_hits;
  LocalCounter lone_calls;
  LocalCounter mismatched_results;
  LocalCounter callback_exceptions;

 private:
  std::vector<LocalCounter> http_requests_;  // by RequestKind, then by class of the status
};

// Visible at once, and thread-safe.
struct BatcherGauges {
  explicit BatcherGauges(const SeriesMaker& make);

  prometheus::Gauge& queue_depth;
  prometheus::Gauge& queue_limit;
  prometheus::Gauge& live_calls;
  prometheus::Gauge& in_flight;
  prometheus::Gauge& in_flight_limit;
  prometheus::Gauge& window;
  std::vector<prometheus::Gauge*> policies;  // in the order of PolicyKinds
};

struct BatcherHistograms {
  // `edges`: of durations.
  BatcherHistograms(const SeriesMaker& make, std::span<const Duration> edges);

  void Publish();

  LocalHistogram call_duration;
  LocalHistogram linger;
  LocalHistogram slot_wait;
  LocalHistogram server;
  LocalHistogram poll_quantisation;
  LocalHistogram delivery;
  LocalHistogram timer_lag;
  std::vector<LocalHistogram> http_request_duration;  // by RequestKind
  LocalHistogram calls_per_batch;
  LocalHistogram polls_per_batch;
};

// All series of one batcher, every one of them there from the start. Counters and histograms are
// for the batcher's thread, and visible once they are published.
struct BatcherSeries {
  // `registry` must outlive it; the series stay in it.
  BatcherSeries(prometheus::Registry& registry, const MetricsOptions& options);

  void Publish();

  BatcherCounters counters;
  BatcherGauges gauges;
  BatcherHistograms histograms;

 private:
  BatcherSeries(const SeriesMaker& make, const MetricsOptions& options);
};

}  // namespace batcher
