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

constexpr char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Whether `text` begins with the two hexadecimal digits of `byte`.
bool StartsWithHex(std::string_view text, char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return text.size() >= 2 && Lower(text[0]) == Lower(kHexDigits[value >> 4U]) &&
         Lower(text[1]) == Lower(kHexDigits[value & 0xFU]);
}

// The length of a percent-encoded `byte` at the front of `text`, however often encoded; 0: none.
std::size_t PercentLength(std::string_view text, char byte) {
  constexpr std::string_view kPercentAgain = "25";  // that of "%25", which is a '%'
  std::size_t length = 0;
  if (text.starts_with('%')) {
    for (std::size_t at = 1;; at += kPercentAgain.size()) {
      length = StartsWithHex(text.substr(at), byte) ? at + 2 : length;
      if (!text.substr(at).starts_with(kPercentAgain)) {
        break;
      }
    }
  }
  return length;
}

// The length of a `byte` behind backslashes at the front of `text`, however many; 0: none.
std::size_t BackslashLength(std::string_view text, char byte) {
  constexpr std::string_view kUnicode = "u00";
  const std::size_t slashes = std::min(text.find_first_not_of('\\'), text.size());
  const std::string_view rest = text.substr(slashes);
  if (slashes == 0) {
    return 0;
  }
  if (rest.starts_with(kUnicode) && StartsWithHex(rest.substr(kUnicode.size()), byte)) {
    return slashes + kUnicode.size() + 2;
  }
  return rest.starts_with(byte) ? slashes + 1 : 0;
}

// The length of what stands for `byte` at the front of `text`; 0 if nothing does.
std::size_t DisguisedLength(std::string_view text, char byte) {
  if (const std::size_t length = std::max(PercentLength(text, byte), BackslashLength(text, byte));
      length > 0) {
    return length;
  }
  const bool same =
      !text.empty() && (Lower(text[0]) == Lower(byte) || (byte == ' ' && text[0] == '+'));
  return same ? 1 : 0;
}

// How many bytes at the front of `text` are passed if nothing begins at the first: at one of
// several backslashes begins what begins at the first of them, and only a secret that begins with
// one itself can tell them apart. Else a text of nothing else would take the square of its length.
// REQUIRES: `text` is not empty.
std::size_t SameBeginning(std::string_view text) {
  return std::max<std::size_t>(1, std::min(text.find_first_not_of('\\'), text.size()));
}

// The length of what stands for `secret`, byte by byte; 0 if nothing does.
std::size_t DisguisedLength(std::string_view text, std::string_view secret) {
  std::size_t length = 0;
  for (const char byte : secret) {
    const std::size_t next = DisguisedLength(text.substr(length), byte);
    if (next == 0) {
      return 0;
    }
    length += next;
  }
  return length;
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

std::string Redacted(std::string_view text, std::string_view secret) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const bool plain = !secret.empty() && text.starts_with(secret);
    const std::size_t length = plain ? secret.size() : DisguisedLength(text, secret);
    if (length == 0) {
      const std::size_t passed = secret.starts_with('\\') ? 1 : SameBeginning(text);
      out += text.substr(0, passed);
      text.remove_prefix(passed);
    } else {
      out += "***";
      text.remove_prefix(length);
    }
  }
  return out;
}

}  // namespace batcher::geoapify
