#include "bench/sweep_policies_choice.h"

#include <numeric>

#include "bench/sweep_regret.h"

namespace bench {

std::vector<PolicyChoice> ChoosePolicies(std::span<const PointResult> points) {
  std::vector<PolicyChoice> policies;
  for (std::size_t first = 0, last = 0; first < points.size(); first = last) {
    const std::string& policy = points[first].point.policy;
    while (last < points.size() && points[last].point.policy == policy) {
      ++last;
    }
    std::vector<std::size_t> own(last - first);
    std::iota(own.begin(), own.end(), first);
    policies.push_back(
        {.policy = policy, .usual = first, .best = Cheapest(points, own), .tried = own.size()});
  }
  return policies;
}

std::vector<std::size_t> RowsOf(const std::vector<PolicyChoice>& policies) {
  std::vector<std::size_t> rows;
  for (const PolicyChoice& choice : policies) {
    rows.push_back(choice.usual);
    if (choice.best && *choice.best != choice.usual) {
      rows.push_back(*choice.best);
    }
  }
  return rows;
}

}  // namespace bench
