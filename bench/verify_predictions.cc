#include "bench/verify_predictions.h"

#include <fmt/format.h>

#include <cmath>

#include "batcher/base/time.h"
#include "results/lib/quantile_of.h"
#include "results/lib/table.h"

namespace bench {
namespace {

using batcher::BatchRecord;
using batcher::CallRecord;
using batcher::Choice;
using batcher::Duration;
using batcher::FieldSpec;
using batcher::FieldUnit;
using batcher::ToSeconds;

Duration Wait(const CallRecord& call) { return call.dispatched - call.submitted; }
Duration Latency(const CallRecord& call) { return call.delivered - call.submitted; }

double One(const BatchRecord& /*batch*/) { return 1; }

// The share of the calls of which `time` is at most the quantile.
Prediction Quantile(double share, const std::function<double(double)>& up_to,
                    Duration (*time)(const CallRecord&), std::string_view name) {
  constexpr double kScale = 0.01;  // of most times here; any would do
  const double quantile = results::QuantileOf(up_to, share, kScale);
  constexpr double kNanosecond = 1e-9;
  const Duration most(std::llround(quantile / kNanosecond));
  return {.quantity = fmt::format("{} up to {}", name, results::FormatMs(quantile * 1e3)),
          .exact = up_to(quantile),
          .unit = PredictedUnit::kShare,
          .of_call = [time, most](const CallRecord& call) { return time(call) <= most ? 1 : 0; }};
}

}  // namespace

Prediction MeanWait(double exact) {
  return {.quantity = "mean wait", .exact = exact, .of_call = [](const CallRecord& call) {
            return ToSeconds(Wait(call));
          }};
}

Prediction MeanLatency(double exact) {
  return {.quantity = "mean latency", .exact = exact, .of_call = [](const CallRecord& call) {
            return ToSeconds(Latency(call));
          }};
}

Prediction CallsPerBatch(double exact) {
  return {.quantity = "calls per batch",
          .exact = exact,
          .unit = PredictedUnit::kNumber,
          .per = Per::kBatch,
          .of_batch = [](const BatchRecord& batch) { return batch.calls; }};
}

Prediction BatchesPerCall(double exact) {
  return {.quantity = "batches per call",
          .exact = exact,
          .unit = PredictedUnit::kNumber,
          .of_batch = One};
}

Prediction CallsQueued(double exact) {
  return {.quantity = "calls queued",
          .exact = exact,
          .unit = PredictedUnit::kNumber,
          .per = Per::kSecond,
          .of_call = [](const CallRecord& call) { return ToSeconds(Wait(call)); }};
}

Prediction BatchesInFlight(double exact) {
  return {.quantity = "batches in flight",
          .exact = exact,
          .unit = PredictedUnit::kNumber,
          .per = Per::kSecond,
          .of_batch = [](const BatchRecord& batch) {
            return ToSeconds(batch.replied - batch.dispatched);
          }};
}

Prediction ShareWaiting(double exact) {
  return {.quantity = "share that waits",
          .exact = exact,
          .unit = PredictedUnit::kShare,
          .of_call = [](const CallRecord& call) { return Wait(call) > Duration(0) ? 1 : 0; }};
}

Prediction PollsPerBatch(double exact) {
  return {.quantity = "polls per batch",
          .exact = exact,
          .unit = PredictedUnit::kNumber,
          .per = Per::kBatch,
          .of_batch = [](const BatchRecord& batch) { return batch.polls; }};
}

Prediction WaitQuantile(double share, const std::function<double(double)>& up_to) {
  return Quantile(share, up_to, Wait, "wait");
}

Prediction LatencyQuantile(double share, const std::function<double(double)>& up_to) {
  return Quantile(share, up_to, Latency, "latency");
}

double SecondsOf(const Choice& numbers, std::string_view field) {
  return ToSeconds(numbers.Time(field));
}

double RateOf(const Choice& numbers) { return numbers.Number("rate"); }

FieldSpec RateField(double per_second) {
  return {.name = "rate",
          .unit = FieldUnit::kRate,
          .meaning = "Calls per second.",
          .fallback = per_second,
          .minimum = 1e-3,
          .maximum = 1e6};
}

FieldSpec TimeField(std::string_view name, std::string_view meaning, double seconds) {
  constexpr double kNanoseconds = 1e9;
  return {.name = name,
          .unit = FieldUnit::kDuration,
          .meaning = meaning,
          .fallback = seconds * kNanoseconds,
          .minimum = 1000,
          .maximum = 1000e9};
}

FieldSpec SizeField(std::string_view name, std::string_view meaning, double size) {
  return {.name = name,
          .unit = FieldUnit::kCount,
          .meaning = meaning,
          .fallback = size,
          .minimum = 1,
          .maximum = 500};
}

std::vector<std::string> Bare(const Choice& numbers, const std::vector<std::string>& more) {
  std::vector<std::string> overrides = {"arrivals.kind=poisson",
                                        fmt::format("arrivals.rate={}/s", RateOf(numbers)),
                                        "keys.kind=sequential",
                                        "batcher.dedup=false",
                                        "batcher.max_items=1000000",
                                        "batcher.max_queued=1000000000",
                                        "batcher.max_in_flight=null",
                                        "batcher.single_below=1",
                                        "client.timeout=1h",
                                        "client.attempt_timeout=1h",
                                        "client.max_connections=10000",
                                        "client.rtt=0ms",
                                        "server.batch.per_item=0ms",
                                        "server.batch.jitter=null",
                                        "server.batch_mode=immediate",
                                        "server.workers=null"};
  overrides.insert(overrides.end(), more.begin(), more.end());
  return overrides;
}

std::string TimeAt(std::string_view path, const Choice& numbers, std::string_view field) {
  return fmt::format("{}={}ns", path, numbers.Time(field).count());
}

std::optional<std::string> LoadProblem(double load, double most) {
  if (load <= most) {
    return std::nullopt;
  }
  return fmt::format("the slots are asked for {:.3g} of their time; wanted at most {}", load, most);
}

std::optional<std::string> SizeProblem(double calls) {
  constexpr double kMostCalls = 1000;
  if (calls <= kMostCalls) {
    return std::nullopt;
  }
  return fmt::format("a batch would have about {:.3g} calls; wanted at most {}", calls, kMostCalls);
}

}  // namespace bench
