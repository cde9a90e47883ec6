#pragma once

#include <optional>
#include <string>
#include <vector>

#include "batcher/base/kinds.h"
#include "batcher/base/random.h"
#include "batcher/base/time.h"

namespace mock_server {

// A law of service times, drawn in seconds or as a factor. A value: it holds its parameters only.
// Draws are cut at kLongestDraw, so that sums of them stay far from the end of the time line.
class Latency {
 public:
  static constexpr batcher::Duration kLongestDraw = std::chrono::hours(24 * 10);

  // REQUIRES: `choice` passed LatencyProblem or JitterProblem below.
  explicit Latency(const batcher::Choice& choice);

  // One draw, rounded to whole nanoseconds at once. Draws nothing from `random` if constant.
  [[nodiscard]] batcher::Duration Draw(batcher::RandomStream& random) const;
  // One draw divided by the law's mean: a factor with mean 1. REQUIRES: the mean is finite, not 0.
  [[nodiscard]] double DrawRelative(batcher::RandomStream& random) const;
  // Infinity for pareto with alpha <= 1.
  [[nodiscard]] double MeanSeconds() const { return mean_ns_ * 1e-9; }

 private:
  enum class Law { kConstant, kUniform, kExponential, kLognormal, kPareto, kEmpirical };

  void SetLognormal(const batcher::Choice& choice);
  [[nodiscard]] double DrawNanoseconds(batcher::RandomStream& random) const;

  Law law_ = Law::kConstant;
  double first_ = 0;   // The value, min, mean or median in nanoseconds.
  double second_ = 0;  // uniform: max in nanoseconds; lognormal: sigma; pareto: 1 / alpha.
  double mean_ns_ = 0;
  std::vector<double> samples_ns_;  // Of `empirical`; each is equally likely.
};

// constant {value}, uniform {min, max}, exponential {mean}, lognormal {median, p99} or {mean, cv},
// pareto {min, alpha}, empirical {file} (a CSV column of nanoseconds, each row equally likely).
const std::vector<batcher::KindSpec>& LatencyKinds();

// What is wrong with a choice beyond the range of each field ("max is below min"), as a sentence's
// end; none if it can be used. Reads the file of an `empirical` law.
[[nodiscard]] std::optional<std::string> LatencyProblem(const batcher::Choice& choice);

// The same for a law that is used as a factor, scaled to mean 1: lognormal {cv} will do, but its
// mean must be finite and above 0.
[[nodiscard]] std::optional<std::string> JitterProblem(const batcher::Choice& choice);

batcher::Choice ConstantLatency(batcher::Duration value);

}  // namespace mock_server
