#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mock_server {

// The texts that the service answers with, written by hand: these are the service's own encoding of
// the wire, on purpose none of the client's. Addresses may be any bytes: what is not valid UTF-8 is
// replaced, all else is echoed byte for byte. Pure; thread-safe.

// One address: {"results": [...], "query": {"text": ...}}.
[[nodiscard]] std::string SingleJson(std::string_view address);
// One address: a FeatureCollection with a point, or with no feature.
[[nodiscard]] std::string SingleGeojson(std::string_view address);

// A finished batch: an array with an item for each address, in order.
[[nodiscard]] std::string BatchJson(std::span<const std::string> addresses);
// The same as a table: a header of dotted paths, a row for each address, every cell quoted.
[[nodiscard]] std::string BatchCsv(std::span<const std::string> addresses);

// A batch that was accepted. `url` is where it can be fetched.
[[nodiscard]] std::string AcceptedJson(std::string_view id, std::string_view url);
// A batch that is not done yet.
[[nodiscard]] std::string PendingJson(std::string_view id);

// {"statusCode": 404, "error": "Not Found", "message": ...}
[[nodiscard]] std::string ErrorJson(int status, std::string_view message);
// The reason phrase of a status that the service uses; "Error" for any other.
[[nodiscard]] std::string_view ReasonPhrase(int status);

}  // namespace mock_server
