#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace batcher::geoapify {

// Pure functions on text. None of them throws.

// Whether `text` is valid UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above
// U+10FFFF.
[[nodiscard]] bool IsUtf8(std::string_view text);

// Appends `text` as a JSON string, with its quotes. REQUIRES: IsUtf8(text).
void AppendJsonString(std::string_view text, std::string& out);

// `text` for a query's value: every byte but the unreserved ones of RFC 3986 becomes %XX.
[[nodiscard]] std::string PercentEncoded(std::string_view text);

// `text` fit for one line of a message: control characters become spaces, and what exceeds
// `max_bytes` is cut off between characters and replaced by "...". REQUIRES: IsUtf8(text).
[[nodiscard]] std::string OneLine(std::string_view text, std::size_t max_bytes);

// `text` with each occurrence of `secret` replaced by "***": as it is, in upper or lower case,
// percent-encoded (in part too, or with '+' for a space), or escaped as in JSON; also more than
// once. An empty secret occurs nowhere.
[[nodiscard]] std::string Redacted(std::string_view text, std::string_view secret);

}  // namespace batcher::geoapify
