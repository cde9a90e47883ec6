#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "batcher/base/time.h"

namespace results {

// What is told of a set of times. Quantiles are exact, by nearest rank (quantile.h). All 0 if
// empty.
struct TimeStatistics {
  std::uint64_t count = 0;     // of times
  std::uint64_t evidence = 0;  // of independent observations behind them: see EvidenceNeeded
  batcher::Duration mean{0};   // rounded to the nanosecond
  batcher::Duration p50{0};
  batcher::Duration p90{0};
  batcher::Duration p99{0};
  batcher::Duration p999{0};
  batcher::Duration max{0};
};

struct NamedQuantile {
  std::string_view name;
  double q = 0;
  batcher::Duration TimeStatistics::*value;
};
inline constexpr std::array<NamedQuantile, 4> kQuantiles = {{
    {"p50", 0.5, &TimeStatistics::p50},
    {"p90", 0.9, &TimeStatistics::p90},
    {"p99", 0.99, &TimeStatistics::p99},
    {"p999", 0.999, &TimeStatistics::p999},
}};

// Sorts its copy of `times`. `evidence` as in the struct.
[[nodiscard]] TimeStatistics Describe(std::vector<batcher::Duration> times, std::uint64_t evidence);

// The sum over the count, halves away from zero; 0 for a count of 0.
[[nodiscard]] batcher::Duration MeanOf(batcher::Duration sum, std::uint64_t count);

}  // namespace results
