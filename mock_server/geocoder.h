#pragma once

#include <optional>
#include <string_view>

namespace mock_server {

// What the service knows of an address. An empty text is a field that the service leaves out. The
// texts are static or views into the address that was asked for.
struct Place {
  double lat = 0;  // -90 .. 90, at most 7 decimals
  double lon = 0;  // -180 .. 180, at most 7 decimals
  std::string_view formatted = {};
  std::string_view name = {};
  std::string_view housenumber = {};
  std::string_view street = {};
  std::string_view postcode = {};
  std::string_view city = {};
  std::string_view state = {};
  std::string_view country = {};
  std::string_view country_code = {};
  std::string_view timezone = {};
  std::string_view result_type = {};
};

// Always the same answer to the same text: ten known addresses (any case) at their places; nothing
// for a blank text and for one that contains "nowhere" (any case); for any other text a place made
// from its hash. Any bytes will do. `address` must outlive the answer. Thread-safe.
[[nodiscard]] std::optional<Place> Locate(std::string_view address);

}  // namespace mock_server
