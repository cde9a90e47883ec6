#include "mock_server/place_fields.h"

#include <algorithm>
#include <cmath>

namespace mock_server {
namespace {

constexpr double kStepsPerDegree = 1e7;
constexpr double kMargin = 5000;  // half a thousandth of a degree, in steps

// Whole steps, so that the decimals stay few; cut at the end of the map.
double Edge(double degrees, double steps, double limit) {
  const double edge = std::round(degrees * kStepsPerDegree + steps) / kStepsPerDegree;
  return std::clamp(edge, -limit, limit);
}

}  // namespace

Box BoxAround(const Place& place) {
  return {.lon1 = Edge(place.lon, -kMargin, 180),
          .lat1 = Edge(place.lat, -kMargin, 90),
          .lon2 = Edge(place.lon, kMargin, 180),
          .lat2 = Edge(place.lat, kMargin, 90)};
}

}  // namespace mock_server
