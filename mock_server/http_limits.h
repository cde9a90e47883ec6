#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "batcher/base/connection_places.h"
#include "batcher/base/time.h"
#include "mock_server/request_head.h"

namespace mock_server {

// What a client may ask of the server's memory, threads and patience.
struct HttpLimits {
  // So many connections are served at once. Where another one comes, that is closed which has
  // waited longest for its client; while none has waited for long, the new one waits.
  batcher::PlaceLimits places = {};
  std::size_t max_requests = 1'000'000;  // on one connection, which is then closed
  HeadLimits head = {};
  std::size_t max_body_bytes = 16U << 20U;  // a longer body is answered with 413
  // The bodies of all requests under way together: what doesn't fit is answered with 503.
  std::size_t max_held_bytes = 256U << 20U;
  // A connection that has been used is closed when it has been idle for so long.
  batcher::Duration idle_limit = std::chrono::hours(1);
  // So long after its first byte a head must be there (else 408), so long after a connection's
  // begin its first request. A body (else 408) and the reading of a reply must be done as long
  // after their begin, and a second later for each `min_bytes_per_second` that have moved.
  batcher::Duration patience = std::chrono::seconds(10);
  std::uint64_t min_bytes_per_second = 1024;  // at least 1
};

}  // namespace mock_server
