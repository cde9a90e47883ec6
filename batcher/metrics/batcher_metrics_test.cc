#include "batcher/metrics/batcher_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "batcher/batcher.h"
#include "batcher/metrics/test_series.h"
#include "batcher/runtime/observer_list.h"
#include "batcher/runtime/test_service.h"

namespace batcher {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;

std::string Calls(Outcome outcome) {
  return "batcher_calls_total{batcher=default,outcome=" + std::string(Name(outcome)) + "}";
}
std::string Flushes(FlushReason reason) {
  return "batcher_flushes_total{batcher=default,reason=" + std::string(Name(reason)) + "}";
}
std::string Retries(RetryReason reason) {
  return "batcher_retries_total{batcher=default,reason=" + std::string(Name(reason)) + "}";
}
std::string Requests(std::string_view code_class, std::string_view phase) {
  return "batcher_http_requests_total{batcher=default,code_class=" + std::string(code_class) +
         ",phase=" + std::string(phase) + "}";
}
std::string Own(const std::string& name) { return name + "{batcher=default}"; }

TEST(BatcherMetricsTest, EverySeriesIsThereFromTheStart) {
  prometheus::Registry registry;
  const BatcherMetrics metrics(registry, {});
  const TestSeries series(registry);
  for (std::size_t i = 0; i < kOutcomeNames.size(); ++i) {
    EXPECT_THAT(series.all(), Contains(Pair(Calls(static_cast<Outcome>(i)), 0)));
  }
  for (std::size_t i = 0; i < kFlushReasonNames.size(); ++i) {
    EXPECT_THAT(series.all(), Contains(Pair(Flushes(static_cast<FlushReason>(i)), 0)));
  }
  for (std::size_t i = 0; i < kRetryReasonNames.size(); ++i) {
    EXPECT_THAT(series.all(), Contains(Pair(Retries(static_cast<RetryReason>(i)), 0)));
  }
  for (const std::string phase : {"submit", "poll", "single"}) {
    for (const std::string code_class : {"2xx", "3xx", "4xx", "429", "5xx", "none"}) {
      EXPECT_THAT(series.all(), Contains(Pair(Requests(code_class, phase), 0)));
    }
    EXPECT_THAT(series.all(),
                Contains(Pair("batcher_http_request_duration_seconds_count{batcher=default,phase=" +
                                  phase + "}",
                              0)));
  }
  for (const std::string kind : {"unbatched", "tick", "window", "natural"}) {
    EXPECT_THAT(series.all(), Contains(Key("batcher_policy{batcher=default,kind=" + kind + "}")));
  }
  for (const std::string name :
       {"batcher_dedup_hits_total", "batcher_lone_calls_total", "batcher_mismatched_results_total",
        "batcher_callback_exceptions_total", "batcher_queue_depth_calls",
        "batcher_queue_limit_calls", "batcher_live_calls", "batcher_batches_in_flight",
        "batcher_batches_in_flight_limit", "batcher_window_seconds",
        "batcher_call_duration_seconds_count", "batcher_linger_seconds_count",
        "batcher_slot_wait_seconds_count", "batcher_server_seconds_count",
        "batcher_poll_quantisation_seconds_count", "batcher_delivery_seconds_count",
        "batcher_timer_lag_seconds_count", "batcher_calls_per_batch_count",
        "batcher_polls_per_batch_count"}) {
    EXPECT_THAT(series.all(), Contains(Pair(Own(name), 0)));
  }
  EXPECT_EQ(series.Sum("batcher_build_info{version="), 1);
  EXPECT_THAT(series.all(), Not(Contains(Key(Own("batcher_slo_seconds")))));
}

TEST(BatcherMetricsTest, TheWindowAndTheDemandAreEdges) {
  prometheus::Registry registry;
  const BatcherMetrics metrics(registry, {.edges = {21ms}, .slo = 301ms});
  const TestSeries series(registry);
  EXPECT_EQ(series[Own("batcher_slo_seconds")], 0.301);
  for (const std::string name :
       {"call_duration", "linger", "slot_wait", "server", "poll_quantisation", "delivery"}) {
    const std::string buckets = "batcher_" + name + "_seconds_bucket{batcher=default,le=";
    for (const std::string edge : {"0.001}", "0.021}", "0.301}", "inf}"}) {
      EXPECT_THAT(series.all(), Contains(Key(buckets + edge)));
    }
  }
  for (const std::string le : {"1", "1000", "inf"}) {
    EXPECT_THAT(series.all(),
                Contains(Key("batcher_calls_per_batch_bucket{batcher=default,le=" + le + "}")));
  }
}

// Throws, answers too little or too much, does not know a key, or is right.
std::vector<ItemResult<int>> Flap(std::span<const int> keys, const std::stop_token& stop) {
  std::vector<ItemResult<int>> results = AnswerAll(keys, stop);
  switch (static_cast<unsigned>(keys.front()) % 5) {
    case 0:
      throw std::runtime_error("flapping");
    case 1:
      results.pop_back();
      break;
    case 2:
      results.front() = NotFound<int>();
      break;
    case 3:
      results.push_back(Found(0));
      break;
    default:
      break;
  }
  return results;
}

// What ends in every way: answered and not, shared and alone, refused, cancelled, a callback that
// throws, and what the end of the batcher finds.
void CallInEveryWay(Observer& observer) {
  BatcherOptions options = FlushedByHand();
  options.queue.max_items = 10;
  options.queue.max_queued = 50;
  options.queue.max_in_flight = 2;
  options.observer = &observer;
  Batcher<int, int> batcher({.batch = Flap}, options);
  for (int round = 0; round < 40; ++round) {
    std::vector<Pending<int>> pending;
    for (int i = 0; i < 1 + round % 23; ++i) {
      pending.push_back(batcher.Get(round + i % 7));
    }
    if (round % 8 == 5) {
      pending.front().Cancel();
    }
    batcher.Flush();
    for (Pending<int>& one : pending) {
      EXPECT_TRUE(one.WaitFor(kGenerous));
    }
  }
  batcher.Submit(1, [](const Answer<int>&) { throw std::runtime_error("a callback's fault"); });
  batcher.Get(4).Cancel();
  batcher.Flush();
  options.queue.max_queued = 3;  // What comes beyond is refused.
  options.queue.max_items = 1000;
  EXPECT_FALSE(batcher.Retune(options.queue));
  std::vector<Pending<int>> late;
  for (int i = 0; i < 20; ++i) {
    late.push_back(batcher.Get(1000 + i));
  }
}

void ExpectSameCounts(const TestSeries& series, const CountingObserver& seen) {
  std::map<std::string, double> expected;
  double latency = 0;
  double linger = 0;
  for (const CallRecord& call : seen.calls()) {
    ++expected[Calls(call.outcome)];
    if (IsAnswered(call.outcome)) {
      ++expected[Own("batcher_call_duration_seconds_count")];
      ++expected[Own("batcher_linger_seconds_count")];
      latency += ToSeconds(call.delivered - call.intended);
      linger += ToSeconds(call.due - call.submitted);
    }
  }
  expected[Calls(Outcome::kRejectedQueueFull)] += static_cast<double>(seen.refused().size());
  for (const BatchRecord& batch : seen.batches()) {
    ++expected[Flushes(batch.reason)];
    ++expected[Own("batcher_calls_per_batch_count")];
    ++expected[Own("batcher_timer_lag_seconds_count")];
    expected[Own("batcher_calls_per_batch_sum")] += batch.calls;
    expected[Own("batcher_dedup_hits_total")] += batch.calls - batch.entries;
    expected[Own("batcher_lone_calls_total")] += batch.calls == 1 ? 1 : 0;
    for (const std::string part : {"slot_wait", "server", "poll_quantisation", "delivery"}) {
      expected[Own("batcher_" + part + "_seconds_count")] +=
          batch.outcome == Outcome::kValue ? 1 : 0;
    }
  }
  for (const RequestRecord& request : seen.requests()) {
    EXPECT_EQ(request.kind, RequestKind::kSubmit);
    ++expected[Requests("none", "submit")];
  }
  expected[Own("batcher_mismatched_results_total")] = static_cast<double>(seen.mismatches());
  expected[Own("batcher_callback_exceptions_total")] = static_cast<double>(seen.thrown().size());
  for (const auto& [name, count] : expected) {
    EXPECT_THAT(series.all(), Contains(Pair(name, count)));
  }
  EXPECT_NEAR(series[Own("batcher_call_duration_seconds_sum")], latency, 1e-9);
  EXPECT_NEAR(series[Own("batcher_linger_seconds_sum")], linger, 1e-9);
  EXPECT_EQ(series.Sum("batcher_calls_total"),
            static_cast<double>(seen.calls().size() + seen.refused().size()));
  EXPECT_EQ(series.Sum("batcher_flushes_total"), static_cast<double>(seen.batches().size()));
}

TEST(BatcherMetricsTest, CountsWhatAnyOtherObserverSees) {
  prometheus::Registry registry;
  BatcherMetrics metrics(registry, {});
  CountingObserver seen;
  ObserverList both({&metrics, &seen});
  CallInEveryWay(both);
  const TestSeries series(registry);
  ExpectSameCounts(series, seen);
  for (const Outcome outcome :
       {Outcome::kValue, Outcome::kNotFound, Outcome::kMissingResult, Outcome::kFailedThrew,
        Outcome::kRejectedQueueFull, Outcome::kShutDown}) {
    EXPECT_GT(series[Calls(outcome)], 0) << Name(outcome);
  }
  EXPECT_GT(series[Own("batcher_mismatched_results_total")], 0);
  EXPECT_GT(series[Own("batcher_callback_exceptions_total")], 0);
  EXPECT_GT(series[Own("batcher_dedup_hits_total")], 0);
  for (const std::string name :
       {"batcher_queue_depth_calls", "batcher_live_calls", "batcher_batches_in_flight"}) {
    EXPECT_EQ(series[Own(name)], 0) << name;
  }
}

// Answers each request with the next step of a script, then with values. A step without a kind is
// answered only when nobody waits for it any more.
class ScriptedEndpoint final : public Endpoint<int, int> {
 public:
  struct Step {
    std::optional<ReplyKind> kind;
    Outcome failure = Outcome::kFailedStatus;
    int status = 0;
  };
  explicit ScriptedEndpoint(std::deque<Step> script) : script_(std::move(script)) {}

  void Send(const Request<int>& request, Done done) override {
    EndpointReply<int> reply{.kind = ReplyKind::kAnswered, .status = 200};
    reply.sent = reply.replied = RunClock::SteadyNow();
    reply.items = AnswerAll(request.keys, {});
    if (!script_.empty()) {
      const Step step = script_.front();
      script_.pop_front();
      if (!step.kind) {
        late_ = [done, reply = EndpointReply<int>{.kind = ReplyKind::kFailed}] { done(reply); };
        return;
      }
      reply.kind = *step.kind;
      reply.failure = step.failure;
      reply.status = step.status;
      reply.job = reply.kind == ReplyKind::kPending ? "job" : "";
    } else if (late_) {
      std::exchange(late_, nullptr)();
    }
    done(std::move(reply));
  }
  bool has_single() const override { return true; }

 private:
  std::deque<Step> script_;
  std::function<void()> late_;
};

TEST(BatcherMetricsTest, APartOfAFailedBatchIsARetryForIsolation) {
  prometheus::Registry registry;
  BatcherMetrics metrics(registry, {});
  BatcherOptions options = FlushedByHand();
  options.wire.isolation_requests = 2;
  options.observer = &metrics;
  {
    Batcher<int, int> batcher(std::make_unique<ScriptedEndpoint>(std::deque<ScriptedEndpoint::Step>{
                                  {ReplyKind::kRefused, Outcome::kFailedStatus, 400},
                                  {ReplyKind::kRefused, Outcome::kFailedStatus, 400}}),
                              options);
    Pending<int> bad = batcher.Get(1);
    Pending<int> good = batcher.Get(2);
    batcher.Flush();
    EXPECT_EQ(bad.Wait().outcome, Outcome::kFailedStatus);
    EXPECT_EQ(good.Wait().value, ValueOf(2));
  }
  const TestSeries series(registry);
  EXPECT_EQ(series[Retries(RetryReason::kIsolation)], 2);
  EXPECT_EQ(series[Requests("4xx", "submit")], 2);
}

TEST(BatcherMetricsTest, EveryRetryHasItsReasonAndEveryRequestItsStatus) {
  prometheus::Registry registry;
  BatcherMetrics metrics(registry, {});
  BatcherOptions options;
  options.queue.policy = WindowPolicy(0ns);
  options.queue.single_below = 1;
  options.wire.retries = 10;
  options.wire.backoff = 1us;
  options.wire.poll = FixedPoll(1ms);
  options.wire.attempt_timeout = 100ms;
  options.wire.timeout = 1h;
  options.observer = &metrics;
  {
    Batcher<int, int> batcher(std::make_unique<ScriptedEndpoint>(std::deque<ScriptedEndpoint::Step>{
                                  {ReplyKind::kFailed, Outcome::kFailedUnreachable, 0},
                                  {ReplyKind::kFailed, Outcome::kFailedStatus, 503},
                                  {ReplyKind::kFailed, Outcome::kFailedStatus, 429},
                                  {ReplyKind::kFailed, Outcome::kFailedBadReply, 200},
                                  {ReplyKind::kPending, Outcome::kFailedStatus, 202},
                                  {ReplyKind::kPending, Outcome::kFailedStatus, 202},
                                  {ReplyKind::kLost, Outcome::kFailedStatus, 404},
                                  {.kind = std::nullopt}}),
                              options);
    Pending<int> pending = batcher.Get(1);
    ASSERT_TRUE(pending.WaitFor(kGenerous));
    EXPECT_EQ(pending.Wait().value, ValueOf(1));
  }
  const TestSeries series(registry);
  for (std::size_t i = 0; i < kRetryReasonNames.size(); ++i) {
    const auto reason = static_cast<RetryReason>(i);
    EXPECT_EQ(series[Retries(reason)], reason == RetryReason::kIsolation ? 0 : 1) << Name(reason);
  }
  EXPECT_EQ(series[Requests("none", "submit")], 2);  // unreachable, and what came too late
  EXPECT_EQ(series[Requests("5xx", "submit")], 1);
  EXPECT_EQ(series[Requests("429", "submit")], 1);
  EXPECT_EQ(series[Requests("2xx", "submit")], 3);
  EXPECT_EQ(series[Requests("2xx", "poll")], 1);
  EXPECT_EQ(series[Requests("4xx", "poll")], 1);
  EXPECT_EQ(series.Sum("batcher_http_requests_total"), 9);
  EXPECT_EQ(series.Sum("batcher_http_request_duration_seconds_count"), 9);
  EXPECT_EQ(series[Own("batcher_polls_per_batch_count")], 1);
  EXPECT_EQ(series[Own("batcher_polls_per_batch_sum")], 2);
}

TEST(BatcherMetricsTest, ALoneCallThroughTheSingleEndpointIsARequestOfItsOwnPhase) {
  prometheus::Registry registry;
  BatcherMetrics metrics(registry, {});
  BatcherOptions options;
  options.queue.policy = WindowPolicy(0ns);
  options.observer = &metrics;
  {
    Batcher<int, int> batcher(
        std::make_unique<ScriptedEndpoint>(std::deque<ScriptedEndpoint::Step>{}), options);
    EXPECT_EQ(batcher.Get(1).Wait().value, ValueOf(1));
  }
  const TestSeries series(registry);
  EXPECT_EQ(series[Requests("2xx", "single")], 1);
  EXPECT_EQ(series[Own("batcher_lone_calls_total")], 1);
  EXPECT_EQ(series[Own("batcher_polls_per_batch_count")], 0);
}

TEST(BatcherMetricsTest, OptionsInForceAreGauges) {
  prometheus::Registry registry;
  BatcherMetrics metrics(registry, {});
  metrics.OnOptions({.policy = WindowPolicy(20ms), .max_in_flight = 3, .max_queued = 500});
  {
    const TestSeries series(registry);
    EXPECT_EQ(series[Own("batcher_window_seconds")], 0.02);
    EXPECT_EQ(series[Own("batcher_queue_limit_calls")], 500);
    EXPECT_EQ(series[Own("batcher_batches_in_flight_limit")], 3);
    EXPECT_EQ(series["batcher_policy{batcher=default,kind=window}"], 1);
    EXPECT_EQ(series.Sum("batcher_policy"), 1);
  }
  metrics.OnOptions({.policy = TickPolicy(50ms)});
  EXPECT_EQ(TestSeries(registry)[Own("batcher_window_seconds")], 0.05);
  metrics.OnOptions({.policy = NaturalPolicy(), .max_in_flight = std::nullopt});
  const TestSeries series(registry);
  EXPECT_EQ(series[Own("batcher_window_seconds")], 0);
  EXPECT_EQ(series[Own("batcher_batches_in_flight_limit")],
            std::numeric_limits<double>::infinity());
  EXPECT_EQ(series["batcher_policy{batcher=default,kind=natural}"], 1);
  EXPECT_EQ(series.Sum("batcher_policy"), 1);
}

TEST(BatcherMetricsTest, RetuneShowsInTheGauges) {
  prometheus::Registry registry;
  BatcherMetrics metrics(registry, {});
  BatcherOptions options = FlushedByHand();
  options.observer = &metrics;
  Batcher<int, int> batcher({.batch = AnswerAll}, options);
  EXPECT_EQ(TestSeries(registry)[Own("batcher_window_seconds")], 3600);
  options.queue.policy = WindowPolicy(7ms);
  EXPECT_FALSE(batcher.Retune(options.queue));
  EXPECT_EQ(batcher.Get(1).Wait().value, ValueOf(1));
  EXPECT_EQ(TestSeries(registry)[Own("batcher_window_seconds")], 0.007);
}

CallRecord AnsweredCall(std::uint64_t batch, Duration delivered) {
  CallRecord call{.batch = batch, .outcome = Outcome::kValue};
  call.delivered = At(delivered);
  return call;
}

TEST(BatcherMetricsTest, PublishesTogetherAtMostTenMillisecondsLater) {
  prometheus::Registry registry;
  BatcherMetrics metrics(registry, {});
  const auto shown = [&] { return TestSeries(registry)[Calls(Outcome::kValue)]; };
  metrics.OnCall(AnsweredCall(1, 1ms));
  EXPECT_EQ(metrics.OnTurn({.at = At(10ms - 1ns), .calls = 1}), At(10ms));
  EXPECT_EQ(shown(), 0);
  EXPECT_EQ(metrics.OnTurn({.at = At(10ms), .calls = 1}), At(20ms));
  EXPECT_EQ(shown(), 1);
  metrics.OnCall(AnsweredCall(2, 2ms));
  EXPECT_EQ(metrics.OnTurn({.at = At(11ms)}), At(20ms));
  EXPECT_EQ(shown(), 1);
  EXPECT_EQ(metrics.OnTurn({.at = At(20ms)}), kNever) << "all is told, and no call is there";
  EXPECT_EQ(shown(), 2);
}

TEST(BatcherMetricsTest, TheEndPublishesTheRestAndTheNextBatcherGoesOn) {
  prometheus::Registry registry;
  BatcherMetrics metrics(registry, {});
  const auto shown = [&] { return TestSeries(registry)[Calls(Outcome::kValue)]; };
  EXPECT_EQ(metrics.OnTurn({.at = At(1h)}), kNever);
  metrics.OnCall(AnsweredCall(1, 1h));
  EXPECT_EQ(metrics.OnTurn({.at = At(1h)}), At(1h + 10ms));
  metrics.OnEnd();
  EXPECT_EQ(shown(), 1);
  metrics.OnCall(AnsweredCall(1, 1ms));
  EXPECT_EQ(metrics.OnTurn({.at = At(1ms)}), kNever) << "its clock has begun anew";
  EXPECT_EQ(shown(), 2);
}

TEST(BatcherMetricsTest, DeliveryLastsUntilTheLastCallerOfTheBatch) {
  prometheus::Registry registry;
  BatcherMetrics metrics(registry, {});
  metrics.OnCall(AnsweredCall(7, 1s));
  metrics.OnCall(AnsweredCall(7, 3s));
  metrics.OnCall(AnsweredCall(8, 4s));
  BatchRecord batch{.batch = 7, .calls = 2, .entries = 2};
  const auto sum = [&] {
    metrics.OnEnd();
    return TestSeries(registry)[Own("batcher_delivery_seconds_sum")];
  };
  batch.replied = At(1s);
  metrics.OnBatch(batch, "");
  batch.batch = 8;
  batch.replied = At(3500ms);
  metrics.OnBatch(batch, "");
  EXPECT_DOUBLE_EQ(sum(), 2.5);
  batch.batch = 9;  // All its callers have gone.
  metrics.OnBatch(batch, "");
  EXPECT_DOUBLE_EQ(sum(), 2.5);
  EXPECT_EQ(TestSeries(registry)[Own("batcher_delivery_seconds_count")], 3);
}

// Nothing happens in the batcher after the first call has woken it: it wakes for the scrape alone.
TEST(BatcherMetricsTest, TheQueueIsSeenWhileItWaits) {
  prometheus::Registry registry;
  BatcherMetrics metrics(registry, {});
  BatcherOptions options = FlushedByHand();
  options.observer = &metrics;
  Batcher<int, int> batcher({.batch = AnswerAll}, options);
  std::vector<Pending<int>> pending;
  for (int i = 0; i < 25; ++i) {
    pending.push_back(batcher.Get(i));
  }
  const auto end = RunClock::SteadyNow() + kGenerous;
  while (TestSeries(registry)[Own("batcher_queue_depth_calls")] != 25) {
    ASSERT_LT(RunClock::SteadyNow(), end);
    std::this_thread::yield();
  }
  EXPECT_EQ(TestSeries(registry)[Own("batcher_live_calls")], 25);
}

TEST(BatcherMetricsTest, BatchersShareARegistryByTheirNames) {
  prometheus::Registry registry;
  BatcherMetrics first(registry, {.batcher = "first", .edges = {7ms}});
  BatcherMetrics second(registry, {.batcher = "second"});
  first.OnCall(AnsweredCall(1, 1ms));
  first.OnEnd();
  second.OnRefused({.outcome = Outcome::kRejectedQueueFull});
  const TestSeries series(registry);
  EXPECT_EQ(series.Sum("batcher_calls_total{batcher=first,"), 1);
  EXPECT_EQ(series.Sum("batcher_calls_total{batcher=second,"), 1);
  EXPECT_EQ(series["batcher_calls_total{batcher=first,outcome=value}"], 1);
  EXPECT_EQ(series.Sum("batcher_build_info"), 1);
  std::set<std::string> names;
  for (const prometheus::MetricFamily& family : registry.Collect()) {
    EXPECT_TRUE(names.insert(family.name).second) << family.name << " is there twice";
  }
}

TEST(BatcherMetricsDeathTest, ANameIsTakenOnce) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  prometheus::Registry registry;
  const BatcherMetrics first(registry, {.batcher = "same"});
  EXPECT_DEATH(BatcherMetrics(registry, {.batcher = "same"}),
               "two BatcherMetrics of one registry have the same");
}

}  // namespace
}  // namespace batcher
