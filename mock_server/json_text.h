#pragma once

#include <string>
#include <string_view>

namespace mock_server {

// Appends `text` as a JSON string with its quotes. Valid UTF-8 comes back byte for byte when the
// string is parsed; each byte that is not part of valid UTF-8 becomes U+FFFD.
void AppendJsonString(std::string& out, std::string_view text);

// Appends the shortest decimal that reads back as the same number; never an exponent.
void AppendNumber(std::string& out, double number);

// `text` with each byte that is not part of valid UTF-8 replaced by U+FFFD.
[[nodiscard]] std::string ValidUtf8(std::string_view text);

}  // namespace mock_server
