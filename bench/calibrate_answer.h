#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "bench/calibrate_plan.h"
#include "bench/machine_costs.h"
#include "bench/probe_fit.h"
#include "bench/service_measurement.h"
#include "scenarios/scenario.h"

namespace bench {

// What a calibration set out from, and what it has seen.
struct CalibrateInput {
  scenarios::Scenario scenario = {};  // what is not measured stays as it has it
  std::string target = {};            // who was measured, in words
  std::string engine = "http";
  CalibratePlan plan = {};
  batcher::Duration poll_every{0};
  ServiceMeasurement measured = {};
  MachineCosts machine = {};  // those of this machine, whoever is asked
};

// How batches were answered.
struct BatchAnswers {
  std::size_t polled = 0;
  std::size_t at_once = 0;
  std::size_t done_at_first_poll = 0;   // of the polled
  std::optional<double> width_ms = {};  // of the time in which they became ready, the median
};

// What is known of the service.
struct CalibrateAnswer {
  std::vector<std::optional<ReadyTime>> times = {};  // of each probe; none: not answered
  std::size_t answered = 0;                          // probes, without the warm-up
  double credits = 0;
  BatchAnswers batches = {};
  std::optional<results::Interval> round_trip_ms = {};
  std::optional<SingleFit> single = {};
  std::optional<BatchFit> batch = {};
  // The scenario with the service and this machine's costs in it; none: too few answers.
  std::optional<scenarios::Scenario> calibrated = {};
  std::vector<std::string> not_told = {};  // sentences: what the probes can't tell
};

// A line through the sizes is called bent below this probability.
inline constexpr double kBent = 0.01;
[[nodiscard]] bool IsBent(const CalibrateAnswer& answer);

// The middle of when a probe's answer may have become ready, in milliseconds.
[[nodiscard]] double MiddleMs(const ReadyTime& time);

[[nodiscard]] CalibrateAnswer Conclude(const CalibrateInput& input);

}  // namespace bench
