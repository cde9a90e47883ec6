#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>

#include "batcher/base/time.h"

namespace mock_server {

// Where a request belongs. kOther: an unknown path, or a method that the path does not know.
enum class Route : std::uint8_t { kSingle, kSubmit, kPoll, kHealth, kOther };

inline constexpr std::array<std::string_view, 5> kRouteNames = {"single", "submit", "poll",
                                                                "health", "other"};

constexpr std::string_view Name(Route route) {
  return kRouteNames[static_cast<std::size_t>(route)];
}

// The HTTP statuses of replies, but for those that the service's options choose.
inline constexpr std::array<int, 14> kReplyStatuses = {200, 202, 400, 401, 404, 405, 408,
                                                       413, 414, 415, 429, 431, 500, 503};

// What a server was asked, and with which status it answered.
struct ServerCounts {
  std::map<Route, std::map<int, std::uint64_t>> replies;  // by route, then by status
  std::size_t peak_requests = 0;                          // most that were answered at one time

  [[nodiscard]] std::uint64_t OfRoute(Route route) const;
  [[nodiscard]] std::uint64_t OfStatus(int status) const;
};

// How late answers came against the model. Not thread-safe.
struct DelayErrors {
  // 2 apart, from 10 us to the first beyond 1 s.
  static constexpr auto kEdges = [] {
    std::array<batcher::Duration, 18> edges{};
    batcher::Duration edge = std::chrono::microseconds(10);
    for (batcher::Duration& each : edges) {
      each = edge;
      edge *= 2;
    }
    return edges;
  }();

  void Add(batcher::Duration error);

  // Errors above the edge before and at most kEdges[i]; the last: above all edges.
  std::array<std::uint64_t, kEdges.size() + 1> counts{};
  batcher::Duration sum{0};
};

}  // namespace mock_server
