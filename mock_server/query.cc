#include "mock_server/query.h"

#include <charconv>

namespace mock_server {
namespace {

// The byte that the two digits after a % name, if they are hexadecimal.
std::optional<char> EscapedByte(std::string_view text, std::size_t percent) {
  if (percent + 2 >= text.size()) {
    return std::nullopt;
  }
  const char* const digits = text.data() + percent + 1;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(digits, digits + 2, value, 16);
  if (error != std::errc() || end != digits + 2) {
    return std::nullopt;
  }
  return static_cast<char>(static_cast<unsigned char>(value));
}

std::string Decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%') {
      if (const std::optional<char> byte = EscapedByte(text, at)) {
        decoded += *byte;
        at += 2;
        continue;
      }
    }
    decoded += text[at] == '+' ? ' ' : text[at];
  }
  return decoded;
}

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

}  // namespace

Query::Query(std::string_view target) {
  const std::size_t mark = target.find('?');
  std::string_view rest = mark == std::string_view::npos ? "" : target.substr(mark + 1);
  while (!rest.empty()) {
    const std::size_t end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
    if (pair.empty()) {
      continue;
    }
    const std::size_t equals = pair.find('=');
    const std::string_view value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
    parameters_.emplace_back(Decoded(pair.substr(0, equals)), Decoded(value));
  }
}

std::optional<std::string_view> Query::Find(std::string_view name) const {
  for (const auto& [known, value] : parameters_) {
    if (known == name) {
      return value;
    }
  }
  return std::nullopt;
}

std::string UrlEncoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (IsUnreserved(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kDigits[byte >> 4U];
    encoded += kDigits[byte & 15U];
  }
  return encoded;
}

}  // namespace mock_server
