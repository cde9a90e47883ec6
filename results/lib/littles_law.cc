#include "results/lib/littles_law.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace results {

std::vector<std::string> LittlesLawViolations(const batcher::Occupancy& counted,
                                              const batcher::Occupancy& stays) {
  struct Stage {
    std::string_view name;
    std::uint64_t batcher::Occupancy::*integral;
  };
  constexpr std::array<Stage, 3> kStages = {{
      {"calls under way", &batcher::Occupancy::calls},
      {"calls queued", &batcher::Occupancy::queued},
      {"batches in flight", &batcher::Occupancy::in_flight},
  }};
  std::vector<std::string> violations;
  for (const Stage& stage : kStages) {
    if (counted.*stage.integral != stays.*stage.integral) {
      violations.push_back(fmt::format(
          "Little's law: {} counted over time are {} ns, the stays in the records {} ns",
          stage.name, counted.*stage.integral, stays.*stage.integral));
    }
  }
  return violations;
}

}  // namespace results
