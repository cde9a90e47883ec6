#include "batcher/geoapify/text.h"

#include <algorithm>

namespace batcher::geoapify {
namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

constexpr bool IsBetween(unsigned char c, unsigned char low, unsigned char high) {
  return c >= low && c <= high;
}

constexpr bool IsContinuation(char c) {
  return IsBetween(static_cast<unsigned char>(c), 0x80, 0xBF);
}

void AppendHex(unsigned char byte, std::string& out) {
  out += kHexDigits[byte >> 4U];
  out += kHexDigits[byte & 0xFU];
}

// The length of the valid sequence at the front of `text`; 0 if there is none.
// REQUIRES: `text` is not empty.
std::size_t SequenceLength(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) {
    return 1;
  }
  const std::size_t length = IsBetween(lead, 0xC2, 0xDF)   ? 2
                             : IsBetween(lead, 0xE0, 0xEF) ? 3
                             : IsBetween(lead, 0xF0, 0xF4) ? 4
                                                           : 0;
  if (length == 0 || text.size() < length) {
    return 0;
  }
  // The second byte excludes overlong forms, surrogates and what lies above U+10FFFF.
  const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (!IsBetween(static_cast<unsigned char>(text[1]), low, high)) {
    return 0;
  }
  const std::string_view rest = text.substr(2, length - 2);
  return std::all_of(rest.begin(), rest.end(), IsContinuation) ? length : 0;
}

}  // namespace

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = SequenceLength(text);
    if (length == 0) {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

void AppendJsonString(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      out += "\\u00";
      AppendHex(byte, out);
      continue;
    }
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    out += c;
  }
  out += '"';
}

std::string PercentEncoded(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 2);
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      out += c;
    } else {
      out += '%';
      AppendHex(static_cast<unsigned char>(c), out);
    }
  }
  return out;
}

std::string OneLine(std::string_view text, std::size_t max_bytes) {
  std::size_t end = std::min(text.size(), max_bytes);
  while (end > 0 && end < text.size() && IsContinuation(text[end])) {
    --end;
  }
  std::string line(text.substr(0, end));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      c = ' ';
    }
  }
  return end < text.size() ? line + "..." : line;
}

std::string Redacted(std::string text, std::string_view secret) {
  constexpr std::string_view kStars = "***";
  if (secret.empty()) {
    return text;
  }
  for (std::size_t at = text.find(secret); at != std::string::npos;
       at = text.find(secret, at + kStars.size())) {
    text.replace(at, secret.size(), kStars);
  }
  return text;
}

}  // namespace batcher::geoapify
