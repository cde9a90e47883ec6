#include "mock_server/single_query.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace mock_server {
namespace {

constexpr std::array<std::string_view, 7> kParts = {"name", "housenumber", "street", "postcode",
                                                    "city", "state",       "country"};

std::optional<std::string> AddressOf(const Query& query) {
  if (const auto text = query.Find("text")) {
    return std::string(*text);
  }
  std::string joined;
  for (const std::string_view part : kParts) {
    const std::string_view value = query.Find(part).value_or("");
    if (!value.empty()) {
      joined += joined.empty() ? "" : ", ";
      joined += value;
    }
  }
  return joined.empty() ? std::nullopt : std::optional(joined);
}

bool IsPositiveNumber(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return std::ranges::all_of(text, is_digit) &&
         std::ranges::any_of(text, [](char c) { return c != '0'; });
}

}  // namespace

batcher::Result<SingleQuery> ParseSingleQuery(const Query& query) {
  const std::string_view format = query.Find("format").value_or("geojson");
  if (format == "xml") {
    return batcher::Error{"\"format\" xml is not modelled by this mock: ask for json or geojson"};
  }
  if (format != "json" && format != "geojson") {
    return batcher::Error{"\"format\" must be one of [json, xml, geojson]"};
  }
  if (const auto limit = query.Find("limit"); limit && !IsPositiveNumber(*limit)) {
    return batcher::Error{"\"limit\" must be a positive number"};
  }
  std::optional<std::string> address = AddressOf(query);
  if (!address) {
    return batcher::Error{R"("text" is required, or a part of an address such as "street")"};
  }
  return SingleQuery{.address = *std::move(address), .geojson = format == "geojson"};
}

}  // namespace mock_server
