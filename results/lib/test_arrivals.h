#pragma once

#include <cstdint>
#include <vector>

#include "batcher/base/random.h"
#include "batcher/base/time.h"

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

}  // namespace results
