#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "batcher/base/time.h"
#include "results/lib/clairvoyant.h"
#include "results/lib/clairvoyant_late.h"

namespace results {

// What can be had at best for how many batches, by anybody, if he knew all arrivals: the frontiers
// behind which no policy gets. Each point is exact. Where `complete` is false there are more points
// between those given, which are then spread by the ratio of their batches; the two ends are always
// among them. Points ascend in batches. See clairvoyant.h for what is required of the arrivals.

struct FrontierLimits {
  SizeLimit max_items = std::nullopt;
  // At least 2. A point takes one or two passes over the arrivals, one of the longest wait up to
  // some 40.
  std::size_t max_points = std::numeric_limits<std::size_t>::max();
};

// Batches against the sum of all waits: what is least for some price of a batch, from price 0 to
// `highest_price`. These are all corners of the lower convex hull; as the least waiting of exactly
// K batches is convex in K, no other number of batches lies below the lines between them. REQUIRES:
// highest_price x calls fits into a Duration.
struct WaitingFrontier {
  std::vector<Batching> points = {};
  bool complete = true;
};
[[nodiscard]] WaitingFrontier FrontierOfWaiting(std::span<const batcher::Instant> arrivals,
                                                batcher::Duration highest_price,
                                                const FrontierLimits& limits = {});

// Batches against the longest wait, down to no wait: with fewer batches than those of a point some
// call waits longer than its longest wait. If complete, the reverse holds too: where no call waits
// as long as the longest wait of a point, there are more batches.
struct LongestWaitFrontier {
  struct Point {
    std::uint64_t batches = 0;
    batcher::Duration longest_wait{0};

    friend bool operator==(const Point&, const Point&) = default;
  };
  std::vector<Point> points = {};
  bool complete = true;
};
[[nodiscard]] LongestWaitFrontier FrontierOfLongestWait(std::span<const batcher::Instant> arrivals,
                                                        const FrontierLimits& limits = {});

// Batches against calls that wait longer than `bound`: all corners of the lower convex hull, which
// are some sqrt(2 calls) at most, their slopes being different integers; as with waiting, nothing
// lies below the lines between them.
struct LateFrontier {
  std::vector<LateBatching> points = {};
  bool complete = true;
};
[[nodiscard]] LateFrontier FrontierOfLate(std::span<const batcher::Instant> arrivals,
                                          batcher::Duration bound,
                                          const FrontierLimits& limits = {});

}  // namespace results
