#include <cmath>

#include "batcher/base/check.h"
#include "mock_server/latency.h"
#include "mock_server/samples.h"

namespace mock_server {
namespace {

using batcher::Choice;
using batcher::FieldSpec;
using batcher::FieldUnit;
using batcher::FormatDuration;
using batcher::KindSpec;

constexpr double kHour = 3600e9;

FieldSpec Time(std::string_view name, std::string_view meaning, double minimum = 0) {
  return {.name = name,
          .unit = FieldUnit::kDuration,
          .meaning = meaning,
          .minimum = minimum,
          .maximum = kHour};
}

FieldSpec Optional(FieldSpec field) {
  field.optional = true;
  return field;
}

std::vector<KindSpec> MakeKinds() {
  return {
      {"constant", "Always the same time.", {Time("value", "The time of every draw.")}},
      {"uniform",
       "Every time between two ends is equally likely.",
       {Time("min", "The shortest time."), Time("max", "The longest time; at least min.")}},
      {"exponential",
       "Memoryless times: the service of queueing theory's M/M/k.",
       {Time("mean", "The mean time.")}},
      {"lognormal",
       "A body with a long right tail, as services over a network have; give median and p99, or "
       "mean and cv.",
       {Optional(Time("median", "Half of the times are below it.", 1)),
        Optional(Time("p99", "1 % of the times are above it; at least the median.", 1)),
        Optional(Time("mean", "The mean time.", 1)),
        {.name = "cv",
         .unit = FieldUnit::kNumber,
         .meaning = "Standard deviation over mean; 0 is a constant.",
         .maximum = 100,
         .optional = true}}},
      {"pareto",
       "A power-law tail: rare times are very long.",
       {Time("min", "The shortest time."),
        {.name = "alpha",
         .unit = FieldUnit::kNumber,
         .meaning = "How fast the tail falls; the mean is infinite from 1 downwards.",
         .minimum = 0.1,
         .maximum = 1000}}},
      {"empirical",
       "Times drawn from a recording, each row equally likely.",
       {{.name = "file",
         .unit = FieldUnit::kFile,
         .meaning = "A CSV file whose first column holds nanoseconds."}}},
  };
}

std::optional<std::string> LognormalProblem(const Choice& choice, bool needs_mean) {
  const bool median = choice.Has("median");
  const bool p99 = choice.Has("p99");
  const bool mean = choice.Has("mean");
  const bool cv = choice.Has("cv");
  const bool by_quantiles = median && p99 && !mean && !cv;
  const bool by_moments = !median && !p99 && cv && (mean || !needs_mean);
  if (!by_quantiles && !by_moments) {
    return std::string("lognormal wants either median and p99 or ") +
           (needs_mean ? "mean and cv" : "cv alone") + ", and no other pair";
  }
  if (by_quantiles && choice.Number("p99") < choice.Number("median")) {
    return "p99 (" + FormatDuration(choice.Time("p99")) + ") is below median (" +
           FormatDuration(choice.Time("median")) + ")";
  }
  return std::nullopt;
}

std::optional<std::string> LawProblem(const Choice& choice, bool needs_mean) {
  if (choice.kind() == "uniform" && choice.Number("max") < choice.Number("min")) {
    return "max (" + FormatDuration(choice.Time("max")) + ") is below min (" +
           FormatDuration(choice.Time("min")) + ")";
  }
  if (choice.kind() == "lognormal") {
    return LognormalProblem(choice, needs_mean);
  }
  if (choice.kind() == "empirical") {
    const auto samples = ReadSamples(choice.Text("file"));
    if (!samples) {
      return samples.error().message;
    }
  }
  return std::nullopt;
}

}  // namespace

const std::vector<KindSpec>& LatencyKinds() {
  static const std::vector<KindSpec> kinds = MakeKinds();
  return kinds;
}

std::optional<std::string> LatencyProblem(const Choice& choice) { return LawProblem(choice, true); }

std::optional<std::string> JitterProblem(const Choice& choice) {
  std::optional<std::string> problem = LawProblem(choice, false);
  if (problem) {
    return problem;
  }
  const double mean = Latency(choice).MeanSeconds();
  if (!std::isfinite(mean) || mean <= 0) {
    return "a law that multiplies times wants a finite mean above 0";
  }
  return std::nullopt;
}

Choice ConstantLatency(batcher::Duration value) {
  Choice choice(LatencyKinds().front());
  choice.Set("value", static_cast<double>(value.count()));
  return choice;
}

}  // namespace mock_server
