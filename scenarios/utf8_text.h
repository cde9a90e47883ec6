#pragma once

#include <string>
#include <string_view>

namespace scenarios {

// Whether `text` is valid UTF-8 (RFC 3629).
[[nodiscard]] bool IsUtf8(std::string_view text);

// `text`, each byte of which is a character of ISO 8859-1, in UTF-8.
[[nodiscard]] std::string FromLatin1(std::string_view text);

}  // namespace scenarios
