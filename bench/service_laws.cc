#include "bench/service_laws.h"

#include <algorithm>
#include <cmath>

#include "batcher/base/check.h"
#include "mock_server/latency.h"

namespace bench {
namespace {

using batcher::Choice;

constexpr double kNormal99 = 2.3263478740408408;
constexpr double kNoSpread = 1e-4;

Choice Lognormal() {
  const auto& kinds = mock_server::LatencyKinds();
  const auto spec = std::ranges::find(kinds, "lognormal", &batcher::KindSpec::name);
  CHECK(spec != kinds.end());
  return Choice(*spec);
}

}  // namespace

batcher::Duration Milliseconds(double ms) { return batcher::Duration(std::llround(ms * 1e6)); }

Choice SingleLaw(double median_ms, double spread) {
  const double nanoseconds = std::max(1.0, std::round(median_ms * 1e6));
  if (spread < kNoSpread) {
    return mock_server::ConstantLatency(Milliseconds(median_ms));
  }
  Choice law = Lognormal();
  law.Set("median", nanoseconds);
  law.Set("p99", std::round(nanoseconds * std::exp(kNormal99 * spread)));
  return law;
}

std::optional<Choice> JitterLaw(double cv) {
  if (cv < kNoSpread) {
    return std::nullopt;
  }
  Choice law = Lognormal();
  law.Set("cv", cv);
  return law;
}

}  // namespace bench
