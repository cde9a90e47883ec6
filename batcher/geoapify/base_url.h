#pragma once

#include <string>
#include <string_view>

#include "batcher/base/result.h"

namespace batcher::geoapify {

// Reads where a service is: "http://127.0.0.1:8080", "https://api.geoapify.com", "http://[::1]:80".
// The result is that text, less a closing slash. The Error never quotes the text: whoever pastes a
// whole address pastes the API key with it.
[[nodiscard]] Result<std::string> ParseBaseUrl(std::string_view text);

}  // namespace batcher::geoapify
