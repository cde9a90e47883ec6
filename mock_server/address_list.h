#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/result.h"

namespace mock_server {

// The body of a batch: a JSON array of strings in valid UTF-8, of any length. The error is the
// message of a 400 answer.
[[nodiscard]] batcher::Result<std::vector<std::string>> ParseAddresses(std::string_view body);

}  // namespace mock_server
