#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "batcher/base/time.h"
#include "bench/machine_costs.h"
#include "results/lib/ledger.h"

namespace bench {

// Calls that were submitted together while nothing else was under way.
struct Probe {
  std::uint64_t first_call = 0;  // they are numbered in turn
  std::size_t calls = 0;
  bool batch = true;  // they left as one batch; false: as single calls, at once
};

// What a calibration has seen.
struct Probes {
  std::vector<Probe> probes;
  results::Ledger ledger;        // of the probes' calls, sorted
  batcher::Duration service{0};  // what the mock takes for each HTTP request, whatever its size
};

// The costs with which the virtual world would have given the medians of the probes:
//
//   timer_lag    how late the load generator and the batcher woke, the mean of the two
//   per_request  what a further single call adds where several leave at once: they queue for it
//   per_item     what a further address adds to a batch, on all its way through this machine
//   rtt          what is left of the time of a lone single call: nobody queues for it
//
// None is below 0. Medians, because a shared machine stalls; the second and third are the slopes of
// lines through the medians of the sizes. What can't be known from the probes is none: rtt needs
// lone single calls, a slope needs two sizes; calls that were not answered tell nothing.
[[nodiscard]] MachineCosts FitCosts(const Probes& probes);

// Nearest rank; none of no values.
[[nodiscard]] std::optional<batcher::Duration> MedianOf(std::vector<batcher::Duration> values);

}  // namespace bench
