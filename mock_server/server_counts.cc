#include "mock_server/server_counts.h"

#include <algorithm>

namespace mock_server {

std::uint64_t ServerCounts::OfRoute(Route route) const {
  std::uint64_t sum = 0;
  if (const auto found = replies.find(route); found != replies.end()) {
    for (const auto& [status, count] : found->second) {
      sum += count;
    }
  }
  return sum;
}

std::uint64_t ServerCounts::OfStatus(int status) const {
  std::uint64_t sum = 0;
  for (const auto& [route, by_status] : replies) {
    const auto found = by_status.find(status);
    sum += found == by_status.end() ? 0 : found->second;
  }
  return sum;
}

void DelayErrors::Add(batcher::Duration error) {
  ++counts[static_cast<std::size_t>(std::ranges::lower_bound(kEdges, error) - kEdges.begin())];
  sum += error;
}

}  // namespace mock_server
