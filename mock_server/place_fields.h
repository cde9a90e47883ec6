#pragma once

#include <array>
#include <string_view>

#include "mock_server/geocoder.h"

namespace mock_server {

// A plain text field of an answer: its name on the wire and where it is in a place.
struct PlaceField {
  std::string_view name;
  std::string_view Place::*text;
};

inline constexpr std::array<PlaceField, 10> kPlaceFields = {{
    {"formatted", &Place::formatted},
    {"name", &Place::name},
    {"housenumber", &Place::housenumber},
    {"street", &Place::street},
    {"postcode", &Place::postcode},
    {"city", &Place::city},
    {"state", &Place::state},
    {"country", &Place::country},
    {"country_code", &Place::country_code},
    {"result_type", &Place::result_type},
}};

// The edges of the map cut that shows a place, in degrees.
struct Box {
  double lon1 = 0;
  double lat1 = 0;
  double lon2 = 0;
  double lat2 = 0;
};

[[nodiscard]] Box BoxAround(const Place& place);

}  // namespace mock_server
