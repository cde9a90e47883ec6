#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "batcher/base/result.h"
#include "bench/service_probes.h"
#include "mock_server/service_model.h"

namespace bench {

struct PlannedShape {
  ProbeShape shape = {};
  std::size_t count = 0;
};

// Which probes are sent: single calls, and batches of three sizes.
struct CalibratePlan {
  std::vector<PlannedShape> shapes = {};  // single, then by size
  double credits = 0;                     // retries excluded, the warm-up included
};

// Sizes 2, a quarter of the largest, and the largest that may be: `largest`, or a fifth of the
// credits, so that they buy five. A line is known best from its ends, so these get most of the
// credits; the size between them tells whether it is a line. Each shape is sent 20 to 60 times if
// the credits allow it: a median of lognormal times that vary by 20 % is then known to 5 %. An
// Error if they are too few for one probe of each shape, or `largest` is below 4. `max_credits`:
// none is no limit.
[[nodiscard]] batcher::Result<CalibratePlan> PlanProbes(std::optional<double> max_credits,
                                                        std::size_t largest);

// A single call to warm up, then all probes of the plan in random order.
[[nodiscard]] std::vector<ProbeShape> OrderOf(const CalibratePlan& plan, std::uint64_t seed);

// How long the plan takes with a service of that kind that is polled each `every`, on average.
[[nodiscard]] batcher::Duration ExpectedTime(const CalibratePlan& plan,
                                             const mock_server::ServiceOptions& server,
                                             batcher::Duration every);

}  // namespace bench
