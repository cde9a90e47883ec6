#include "batcher/metrics/batcher_series.h"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "batcher/core/outcome.h"
#include "batcher/core/policy.h"
#include "batcher/metrics/duration_edges.h"
#include "batcher/metrics/series_maker.h"
#include "batcher/runtime/observer.h"

namespace batcher {
namespace {

constexpr std::array<std::string_view, 3> kPhases = {"submit", "poll", "single"};  // by RequestKind
constexpr std::array<std::string_view, 6> kCodeClasses = {"2xx", "3xx", "4xx",
                                                          "429", "5xx", "none"};
constexpr std::array<std::int64_t, 18> kBatchSizes = {1,  2,  3,   5,   8,   10,  15,  20,  30,
                                                      50, 80, 100, 150, 200, 300, 500, 800, 1000};
constexpr std::array<std::int64_t, 13> kPollCounts = {0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50};

// In kCodeClasses.
std::size_t CodeClassOf(int status) {
  constexpr std::size_t kTooManyRequests = 3;
  constexpr std::size_t kNone = 5;
  switch (status / 100) {
    case 2:
      return 0;
    case 3:
      return 1;
    case 4:
      return status == 429 ? kTooManyRequests : 2;
    case 5:
      return 4;
    default:
      return kNone;
  }
}

std::vector<Duration> EdgesFor(const MetricsOptions& options) {
  std::vector<Duration> exact = options.edges;
  if (options.slo) {
    exact.push_back(*options.slo);
  }
  return DurationEdges(exact);
}

std::vector<LocalCounter> MakeHttpRequests(const SeriesMaker& make) {
  std::vector<LocalCounter> counters;
  for (const std::string_view phase : kPhases) {
    for (const std::string_view code_class : kCodeClasses) {
      counters.push_back(make.Counter(
          {.name = "batcher_http_requests_total",
           .help = "Requests that have ended, by what they were for and the class of the status; "
                   "none: no reply came, or no HTTP was spoken."},
          {{"phase", std::string(phase)}, {"code_class", std::string(code_class)}}));
    }
  }
  return counters;
}

std::vector<LocalHistogram> MakeRequestDurations(const SeriesMaker& make,
                                                 std::span<const Duration> edges) {
  std::vector<LocalHistogram> histograms;
  for (const std::string_view phase : kPhases) {
    histograms.push_back(make.Durations(
        {.name = "batcher_http_request_duration_seconds",
         .help = "From the first byte of a request to the last of its reply, or to its end."},
        edges, {{"phase", std::string(phase)}}));
  }
  return histograms;
}

std::vector<prometheus::Gauge*> MakePolicies(const SeriesMaker& make) {
  std::vector<prometheus::Gauge*> gauges;
  for (const PolicyKind& kind : PolicyKinds()) {
    gauges.push_back(&make.Gauge(
        {.name = "batcher_policy", .help = "1 for the kind of policy in force, 0 for the others."},
        {{"kind", std::string(kind.spec.name)}}));
  }
  return gauges;
}

}  // namespace

BatcherCounters::BatcherCounters(const SeriesMaker& make)
    : calls(make.Counters(
          {.name = "batcher_calls_total", .help = "Calls that have ended, by their outcome."},
          "outcome", kOutcomeNames)),
      flushes(make.Counters({.name = "batcher_flushes_total",
                             .help = "Batches that have ended, by why they left the queue."},
                            "reason", kFlushReasonNames)),
      retries(make.Counters({.name = "batcher_retries_total",
                             .help = "Batches and lone calls that were submitted again, by why."},
                            "reason", kRetryReasonNames)),
      dedup_hits(make.Counter(
          {.name = "batcher_dedup_hits_total",
           .help = "Calls that left the queue in the entry of a call with an equal key."})),
      lone_calls(make.Counter(
          {.name = "batcher_lone_calls_total", .help = "Batches of one call that have ended."})),
      mismatched_results(make.Counter(
          {.name = "batcher_mismatched_results_total",
           .help = "Results that belonged to no key of their batch, and were ignored."})),
      callback_exceptions(make.Counter({.name = "batcher_callback_exceptions_total",
                                        .help = "Callbacks of callers that threw."})),
      http_requests_(MakeHttpRequests(make)) {}

LocalCounter& BatcherCounters::HttpRequests(RequestKind phase, int status) {
  return http_requests_[static_cast<std::size_t>(phase) * kCodeClasses.size() +
                        CodeClassOf(status)];
}

void BatcherCounters::Publish() {
  for (std::vector<LocalCounter>* counters : {&calls, &flushes, &retries, &http_requests_}) {
    for (LocalCounter& counter : *counters) {
      counter.Publish();
    }
  }
  for (LocalCounter* counter :
       {&dedup_hits, &lone_calls, &mismatched_results, &callback_exceptions}) {
    counter->Publish();
  }
}

BatcherGauges::BatcherGauges(const SeriesMaker& make)
    : queue_depth(make.Gauge({.name = "batcher_queue_depth_calls", .help = "Calls in the queue."})),
      queue_limit(make.Gauge({.name = "batcher_queue_limit_calls",
                              .help = "Calls that the queue takes; more are rejected."})),
      live_calls(make.Gauge({.name = "batcher_live_calls", .help = "Calls without an outcome."})),
      in_flight(make.Gauge({.name = "batcher_batches_in_flight",
                            .help = "Batches that have left the queue and have not ended."})),
      in_flight_limit(make.Gauge({.name = "batcher_batches_in_flight_limit",
                                  .help = "Batches in flight at most; +Inf: no limit."})),
      window(make.Gauge({.name = "batcher_window_seconds",
                         .help = "The window, or the period of ticks; 0: the policy has none."})),
      policies(MakePolicies(make)) {}

BatcherHistograms::BatcherHistograms(const SeriesMaker& make, std::span<const Duration> edges)
    : call_duration(make.Durations({.name = "batcher_call_duration_seconds",
                                    .help = "From when an answered call was wanted (else from its "
                                            "submit) to the delivery of its answer."},
                                   edges)),
      linger(make.Durations({.name = "batcher_linger_seconds",
                             .help = "Of an answered call: from its submit until the policy gave a "
                                     "reason to flush."},
                            edges)),
      slot_wait(make.Durations({.name = "batcher_slot_wait_seconds",
                                .help = "Of an answered batch: from the reason to flush until it "
                                        "left the queue."},
                               edges)),
      server(make.Durations({.name = "batcher_server_seconds",
                             .help = "Of an answered batch: from the submit that succeeded until "
                                     "the service had the answer."},
                            edges)),
      poll_quantisation(make.Durations({.name = "batcher_poll_quantisation_seconds",
                                        .help = "Of an answered batch: from when the service had "
                                                "the answer until it was here."},
                                       edges)),
      delivery(make.Durations({.name = "batcher_delivery_seconds",
                               .help = "Of an answered batch: from its reply until the last of its "
                                       "callers had the answer."},
                              edges)),
      timer_lag(make.Durations({.name = "batcher_timer_lag_seconds",
                                .help = "Of a batch: how late the batcher woke to flush it."},
                               LatenessEdges())),
      http_request_duration(MakeRequestDurations(make, edges)),
      calls_per_batch(make.Counts(
          {.name = "batcher_calls_per_batch", .help = "Calls that left the queue with a batch."},
          kBatchSizes)),
      polls_per_batch(make.Counts(
          {.name = "batcher_polls_per_batch", .help = "Polls of a batch that was polled."},
          kPollCounts)) {}

void BatcherHistograms::Publish() {
  for (LocalHistogram* histogram :
       {&call_duration, &linger, &slot_wait, &server, &poll_quantisation, &delivery, &timer_lag,
        &calls_per_batch, &polls_per_batch}) {
    histogram->Publish();
  }
  for (LocalHistogram& histogram : http_request_duration) {
    histogram.Publish();
  }
}

BatcherSeries::BatcherSeries(prometheus::Registry& registry, const MetricsOptions& options)
    : BatcherSeries(SeriesMaker(registry, {{"batcher", options.batcher}}), options) {
  const SeriesMaker unlabelled(registry, {});
  unlabelled
      .Gauge({.name = "batcher_build_info", .help = "1; the label tells the library's version."},
             {{"version", BATCHLAB_VERSION}})
      .Set(1);
}

BatcherSeries::BatcherSeries(const SeriesMaker& make, const MetricsOptions& options)
    : counters(make), gauges(make), histograms(make, EdgesFor(options)) {
  if (options.slo) {
    make.Gauge({.name = "batcher_slo_seconds", .help = "What is demanded of the latency."})
        .Set(ToSeconds(*options.slo));
  }
}

void BatcherSeries::Publish() {
  counters.Publish();
  histograms.Publish();
}

}  // namespace batcher
