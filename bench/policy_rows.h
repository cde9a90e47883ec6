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
  std::vector<PolicySetting> grid = {};
  // What is run at that price.
  PolicySetting (*at_price)(batcher::Duration price) = nullptr;
};

// All rows, in the order of the table. The grids are geometric: windows, ticks, gaps and caps from
// 20 us (gaps: 5 us) to beyond 2 s by factors of 1.41, or of 2 where two are chosen together; sizes
// from 1 or 2 to 1000 by factors of about 1.4. Near its least the cost is flat: half a step beside
// it costs a percent or two.
//
// `linger` and `natural` have no row: they wait while a batch is in flight, and here the service
// takes no time, so they are `no batching`.
[[nodiscard]] std::vector<PolicyRow> PolicyRows();

// The rows that are cheap: without the two of which two things are chosen in hindsight.
[[nodiscard]] std::vector<PolicyRow> QuickPolicyRows();

}  // namespace bench
