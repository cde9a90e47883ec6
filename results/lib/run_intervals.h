#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "results/lib/interval.h"
#include "results/lib/ledger.h"

namespace results {

// What made an interval from a single run.
enum class IntervalMethod : std::uint8_t {
  kClusters,   // calls of one batch share its fate: ratio estimators over batches (cluster.h)
  kBootstrap,  // a recorded log is one sample: moving blocks of it (bootstrap.h)
};

[[nodiscard]] std::string_view Name(IntervalMethod method);  // "clusters", "bootstrap"

// How well one run knows a quantity of its own, at 95 %.
struct RunInterval {
  std::string_view quantity;  // "latency.mean", "latency.p50", "latency.p99"
  Interval interval = {};     // in milliseconds
  // Batches that follow one another were alike, and longer groups of them as well: the interval is
  // too narrow.
  bool too_narrow = false;
};

// Intervals for the mean, the p50 and the p99 of the latency of answered calls. A quantity for
// which the run is too short is left out. `method` kBootstrap wants a run of at most kMostResampled
// answered calls, and answers nothing for a longer one: resampling would take minutes.
inline constexpr std::size_t kMostResampled = 50'000;
[[nodiscard]] std::vector<RunInterval> IntervalsOf(const Ledger& ledger, IntervalMethod method);

}  // namespace results
