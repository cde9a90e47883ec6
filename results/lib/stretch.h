#pragma once

#include <cstdint>
#include <optional>

#include "batcher/base/time.h"
#include "results/lib/interval.h"
#include "results/lib/ledger.h"

namespace results {

// What one stretch of traffic tells of another one like it. A recorded log is one sample, whose
// busy and quiet times resemble their neighbours: its intervals come from moving blocks of it.
struct Stretch {
  // Where the same quantity of another stretch, equally long and of the same kind of traffic, lies
  // with 95 %: wider than an interval for a long-run mean, as the other stretch varies too.
  Interval requests_saved = {};
  std::optional<Interval> quantile_ms = {};  // of latency; none: no call was answered
  batcher::Duration block{0};                // the length of the blocks
  std::uint64_t blocks = 0;                  // how many of them the stretch has, rounded down
};

// `quantile` is that of latency that is asked for, such as 0.99.
//
// The stretch is cut into at most 240 slices of equal time; a slice has the calls that were
// intended in it, the HTTP requests of batches that left in it, and the latencies of its calls.
// Blocks of neighbouring slices are drawn with replacement until they are as many as the stretch
// has; each drawing gives a share saved and a quantile (the latter to a two-hundredth of the share
// above its p90). The middle 95 % of 1,000 drawings is widened about the stretch's own value by
// sqrt(2), for the other stretch's own chance, and by Student's factor for the number of blocks
// over the normal one.
//
// A block holds at least five busy periods (times in which a call is under way) and their pauses,
// and as many slices as their autocorrelation asks for (DefaultBlockLength); but it is at most an
// eighth of the stretch, so that there are eight. Traffic that changes more slowly than that, such
// as over a day in a log of an hour, is not covered.
//
// None if the stretch has fewer than 40 calls, or all come at once. The same ledger gives the same.
// Sources: Kuensch, as in bootstrap.h; the widening: Geisser, Predictive Inference (1993), 2.2.
[[nodiscard]] std::optional<Stretch> StretchOf(const Ledger& ledger, double quantile);

}  // namespace results
