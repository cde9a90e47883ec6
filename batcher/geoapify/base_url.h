#pragma once

#include <string>
#include <string_view>

#include "batcher/base/result.h"

namespace batcher::geoapify {

// Reads where a service is: "http://127.0.0.1:8080", "https://api.geoapify.com", "http://[::1]:80".
// The result is that text in lower case, less a closing slash. The Error never quotes the text:
// whoever pastes a whole address pastes the API key with it.
[[nodiscard]] Result<std::string> ParseBaseUrl(std::string_view text);

// The parts of a base URL.
struct Origin {
  bool tls = false;
  std::string host = {};  // a name or an address; that of IPv6 without its brackets
  int port = 0;           // if the URL has none, that of its scheme
};

// REQUIRES: ParseBaseUrl has given `base_url`.
[[nodiscard]] Origin SplitBaseUrl(std::string_view base_url);

// Whether requests, and the API key in them, would leave the machine unencrypted: http to a host
// other than "localhost" and the loopback addresses (127.x.y.z and ::1, written out in full).
// REQUIRES: ParseBaseUrl has given `base_url`.
[[nodiscard]] bool SendsInClear(std::string_view base_url);

}  // namespace batcher::geoapify
