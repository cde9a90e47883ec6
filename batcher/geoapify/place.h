#pragma once

#include <string>

namespace batcher::geoapify {

// Where an address is: the service's best match for it.
struct Place {
  double lat = 0;              // degrees, WGS 84: -90 .. 90
  double lon = 0;              // degrees, WGS 84: -180 .. 180
  std::string formatted = {};  // the address as the service writes it; may be empty

  bool operator==(const Place&) const = default;
};

}  // namespace batcher::geoapify
