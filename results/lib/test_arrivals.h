#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "batcher/base/random.h"
#include "batcher/base/time.h"
#include "results/lib/clairvoyant.h"

namespace results {

// For the tests of this folder: `count` arrivals whose gaps are 0 to `gap_below_ns` - 1. Not from
// time 0 on, which must not matter.
inline std::vector<batcher::Instant> RandomArrivals(batcher::RandomStream& draws, std::size_t count,
                                                    std::uint64_t gap_below_ns) {
  std::vector<batcher::Instant> arrivals = {batcher::At(batcher::Duration(7))};
  while (arrivals.size() < count) {
    arrivals.push_back(arrivals.back() + batcher::Duration(draws.Below(gap_below_ns)));
  }
  return arrivals;
}

// A log with bursts, as numbers that were computed elsewhere: 1000 calls, gaps of 0 to 19 by
// SplitMix64 from 42 on, and 100 more before about one call in eight.
inline std::vector<batcher::Instant> ReferenceArrivals() {
  std::uint64_t state = 42;
  const auto draw = [&state](std::uint64_t bound) {
    const std::uint64_t bits = batcher::Mix(state);
    state += 0x9e3779b97f4a7c15U;
    return bits % bound;
  };
  std::vector<batcher::Instant> arrivals;
  batcher::Instant at{};
  while (arrivals.size() < 1000) {
    const std::uint64_t gap = draw(20);
    at += batcher::Duration(gap + (draw(8) == 0 ? 100 : 0));
    arrivals.push_back(at);
  }
  return arrivals;
}

// What a partition of the calls into batches of neighbours amounts to.
struct Partition {
  Batching batching = {};
  std::uint64_t largest = 0;
  std::uint64_t late = 0;
  batcher::Duration longest_wait{0};
};

// Each of the 2^(n - 1) partitions: bit i of `cuts` parts call i from call i + 1.
inline void ForEachPartition(const std::vector<batcher::Instant>& arrivals, batcher::Duration bound,
                             const std::function<void(const Partition&)>& look) {
  const std::size_t calls = arrivals.size();
  for (std::uint64_t cuts = 0; cuts < (std::uint64_t{1} << calls) / 2; ++cuts) {
    Partition partition;
    for (std::size_t first = 0, last = 0; last < calls; ++last) {
      if (last + 1 < calls && ((cuts >> last) & 1U) == 0) {
        continue;
      }
      ++partition.batching.batches;
      partition.largest = std::max<std::uint64_t>(partition.largest, last - first + 1);
      partition.longest_wait = std::max(partition.longest_wait, arrivals[last] - arrivals[first]);
      for (; first <= last; ++first) {
        partition.batching.waiting += arrivals[last] - arrivals[first];
        partition.late += arrivals[last] - arrivals[first] > bound ? 1U : 0U;
      }
    }
    look(partition);
  }
}

inline bool Fits(const Partition& partition, SizeLimit limit) {
  return !limit || partition.largest <= *limit;
}

}  // namespace results
