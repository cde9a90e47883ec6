#include "mock_server/request_counts.h"

#include <algorithm>

namespace mock_server {

void RequestCounts::Begin() {
  const std::lock_guard lock(mutex_);
  ++requests_;
  counts_.peak_requests = std::max(counts_.peak_requests, requests_);
}

void RequestCounts::End() {
  const std::lock_guard lock(mutex_);
  --requests_;
}

void RequestCounts::Add(Route route, int status) {
  const std::lock_guard lock(mutex_);
  ++counts_.replies[route][status];
}

ServerCounts RequestCounts::Read() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace mock_server
