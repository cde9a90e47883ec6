#pragma once

#include <string>
#include <vector>

#include "batcher/base/time.h"
#include "bench/policy_replay.h"

namespace bench {

// One row of the table of policies.
struct PolicyRow {
  std::string name;
  // That do not depend on the price of a batch; the cheapest on the very arrivals counts. One
  // setting: a policy that needs no hindsight. Empty: `at_price` tells.
  std::vector<ReplayedPolicy> grid = {};
  // What is run at that price.
  ReplayedPolicy (*at_price)(batcher::Duration price) = nullptr;
};

// All rows, in the order of the table. The grids are geometric. Windows alone reach from 20 us to
// beyond 2 s by factors of 1.09, ticks by 1.19: where a burst ends, a window a little shorter costs
// twice as much. Two things that are chosen together go by factors of 2 (sizes from 2 to 1000 by
// 1.5 or less), and all windows alone are tried there too.
//
// `linger` and `natural` have no row: they wait while a batch is in flight, and here the service
// takes no time, so they are `no batching`.
[[nodiscard]] std::vector<PolicyRow> PolicyRows();

// The rows that are cheap: without the two of which two things are chosen in hindsight.
[[nodiscard]] std::vector<PolicyRow> QuickPolicyRows();

}  // namespace bench
