#include "bench/calibrate_answer.h"

#include <algorithm>
#include <cmath>

#include "bench/calibrate_not_told.h"
#include "bench/calibration_fit.h"
#include "bench/service_laws.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::ToMilliseconds;

// Counts and times of the probes that tell something.
struct Timings {
  std::vector<double> singles_ms;
  std::vector<BatchTiming> batches;
};

Timings TimingsOf(const CalibrateInput& input, const CalibrateAnswer& answer) {
  Timings timings;
  for (std::size_t i = 0; i < answer.times.size(); ++i) {
    const SentProbe& probe = input.measured.probes[i];
    if (probe.warm_up || !answer.times[i]) {
      continue;
    }
    const ReadyTime& time = *answer.times[i];
    if (probe.shape.batch) {
      timings.batches.push_back({.size = probe.shape.size,
                                 .ms = MiddleMs(time),
                                 .width_ms = ToMilliseconds(time.before - time.after)});
    } else {
      timings.singles_ms.push_back(MiddleMs(time));
    }
  }
  return timings;
}

BatchAnswers AnswersOf(const CalibrateInput& input, const CalibrateAnswer& answer) {
  BatchAnswers batches;
  std::vector<Duration> widths;
  for (std::size_t i = 0; i < answer.times.size(); ++i) {
    if (!input.measured.probes[i].shape.batch || !answer.times[i]) {
      continue;
    }
    const ReadyTime& time = *answer.times[i];
    (time.pending ? batches.polled : batches.at_once) += 1;
    if (time.pending) {
      widths.push_back(time.before - time.after);
      batches.done_at_first_poll += time.after == Duration(0) ? 1U : 0U;
    }
  }
  if (const auto width = MedianOf(std::move(widths))) {
    batches.width_ms = ToMilliseconds(*width);
  }
  return batches;
}

scenarios::Scenario Calibrated(const CalibrateInput& input, const CalibrateAnswer& answer) {
  scenarios::Scenario scenario = input.scenario;
  scenario.name = "calibrated";
  scenario.description = "as measured of " + input.target;
  mock_server::ServiceOptions& server = scenario.server;
  server.single = SingleLaw(answer.single->median_ms.estimate, answer.single->spread);
  server.batch_base = mock_server::ConstantLatency(Milliseconds(answer.batch->base_ms.estimate));
  server.batch_per_item = Milliseconds(answer.batch->per_item_ms.estimate);
  server.jitter = JitterLaw(std::round(answer.batch->cv.estimate * 1e4) / 1e4);
  server.batch_mode = answer.batches.polled > 0 ? mock_server::BatchMode::kPending
                                                : mock_server::BatchMode::kImmediate;
  Charge(OpenCosts(input.machine, scenario), scenario);
  // The times of the service were told with it, whatever the scenario had.
  scenario.rtt = answer.round_trip_ms ? Milliseconds(answer.round_trip_ms->estimate) : Duration(0);
  return scenario;
}

}  // namespace

bool IsBent(const CalibrateAnswer& answer) {
  return answer.batch && answer.batch->line_p_value.value_or(1) < kBent;
}

double MiddleMs(const ReadyTime& time) {
  return (ToMilliseconds(time.after) + ToMilliseconds(time.before)) / 2;
}

CalibrateAnswer Conclude(const CalibrateInput& input) {
  CalibrateAnswer answer;
  answer.round_trip_ms = RoundTripOf(input.measured.probes);
  const Duration round_trip =
      answer.round_trip_ms ? Milliseconds(answer.round_trip_ms->estimate) : Duration(0);
  for (const SentProbe& probe : input.measured.probes) {
    answer.times.push_back(ReadyTimeOf(probe, round_trip));
    answer.credits += probe.credits;
    answer.answered += answer.times.back() && !probe.warm_up ? 1U : 0U;
  }
  answer.batches = AnswersOf(input, answer);
  const Timings timings = TimingsOf(input, answer);
  answer.single = FitSingles(timings.singles_ms);
  answer.batch = FitBatches(timings.batches);
  if (answer.single && answer.batch) {
    answer.calibrated = Calibrated(input, answer);
  }
  answer.not_told = NotTold(input, answer);
  return answer;
}

}  // namespace bench
