#include "mock_server/latency.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>

#include "batcher/base/check.h"
#include "mock_server/samples.h"

namespace mock_server {
namespace {

// The 99 % quantile of the standard normal distribution.
constexpr double kNormal99 = 2.3263478740408408;
constexpr double kSecond = 1e9;

double MeanOfPareto(double min, double alpha) {
  return alpha > 1 ? min * alpha / (alpha - 1) : std::numeric_limits<double>::infinity();
}

}  // namespace

Latency::Latency(const batcher::Choice& choice) {
  const std::string_view kind = choice.kind();
  if (kind == "constant") {
    first_ = mean_ns_ = choice.Number("value");
  } else if (kind == "uniform") {
    law_ = Law::kUniform;
    first_ = choice.Number("min");
    second_ = choice.Number("max");
    mean_ns_ = (first_ + second_) / 2;
  } else if (kind == "exponential") {
    law_ = Law::kExponential;
    first_ = mean_ns_ = choice.Number("mean");
  } else if (kind == "lognormal") {
    SetLognormal(choice);
  } else if (kind == "pareto") {
    law_ = Law::kPareto;
    first_ = choice.Number("min");
    second_ = 1 / choice.Number("alpha");
    mean_ns_ = MeanOfPareto(first_, choice.Number("alpha"));
  } else {
    CHECK(kind == "empirical");
    law_ = Law::kEmpirical;
    samples_ns_ = ReadSamples(choice.Text("file")).value();
    mean_ns_ = std::accumulate(samples_ns_.begin(), samples_ns_.end(), 0.0) /
               static_cast<double>(samples_ns_.size());
  }
}

// ln X is normal with mean ln(median) and deviation sigma: p99 = median exp(z sigma), mean = median
// exp(sigma^2 / 2), cv^2 = exp(sigma^2) - 1.
void Latency::SetLognormal(const batcher::Choice& choice) {
  law_ = Law::kLognormal;
  if (choice.Has("median")) {
    first_ = choice.Number("median");
    second_ = std::log(choice.Number("p99") / first_) / kNormal99;
    mean_ns_ = first_ * std::exp(second_ * second_ / 2);
    return;
  }
  const double cv = choice.Number("cv");
  mean_ns_ = choice.Has("mean") ? choice.Number("mean") : kSecond;
  second_ = std::sqrt(std::log1p(cv * cv));
  first_ = mean_ns_ * std::exp(-second_ * second_ / 2);
}

double Latency::DrawNanoseconds(batcher::RandomStream& random) const {
  switch (law_) {
    case Law::kConstant:
      return first_;
    case Law::kUniform:
      return first_ + (second_ - first_) * random.Uniform();
    case Law::kExponential:
      return first_ * random.Exponential();
    case Law::kLognormal:
      return first_ * std::exp(second_ * random.Normal());
    case Law::kPareto:
      return first_ * std::pow(random.Uniform(), -second_);
    case Law::kEmpirical:
      return samples_ns_[random.Below(samples_ns_.size())];
  }
  CHECK(false);
}

batcher::Duration Latency::Draw(batcher::RandomStream& random) const {
  const auto longest = static_cast<double>(kLongestDraw.count());
  return batcher::Duration(std::llround(std::min(DrawNanoseconds(random), longest)));
}

double Latency::DrawRelative(batcher::RandomStream& random) const {
  CHECK(std::isfinite(mean_ns_) && mean_ns_ > 0);
  return DrawNanoseconds(random) / mean_ns_;
}

}  // namespace mock_server
