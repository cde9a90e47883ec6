#include "mock_server/json_text.h"

#include <array>
#include <charconv>
#include <cstddef>

namespace mock_server {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

unsigned Byte(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

bool Between(unsigned byte, unsigned low, unsigned high) { return byte >= low && byte <= high; }

bool Continues(unsigned byte) { return Between(byte, 0x80, 0xBF); }

// The length of the valid UTF-8 sequence at `at`, 0 if there is none. The narrowed second bytes
// keep out overlong forms, surrogates, and what is beyond U+10FFFF (table 3-7 of the Unicode
// standard).
std::size_t SequenceLength(std::string_view text, std::size_t at) {
  const unsigned first = Byte(text, at);
  const unsigned second = Byte(text, at + 1);
  if (first < 0x80) {
    return 1;
  }
  if (Between(first, 0xC2, 0xDF)) {
    return Continues(second) ? 2 : 0;
  }
  if (Between(first, 0xE0, 0xEF)) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;
    return Between(second, low, high) && Continues(Byte(text, at + 2)) ? 3 : 0;
  }
  if (Between(first, 0xF0, 0xF4)) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
    const bool rest = Continues(Byte(text, at + 2)) && Continues(Byte(text, at + 3));
    return Between(second, low, high) && rest ? 4 : 0;
  }
  return 0;
}

void AppendControl(std::string& out, unsigned char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\u00";
  out += kDigits[c >> 4U];
  out += kDigits[c & 15U];
}

// Hands `text` on in pieces: plain(bytes) for runs that need no care, special(byte) for each byte
// of ASCII that `is_special` names, and U+FFFD as plain for each invalid byte.
template <class IsSpecial, class Plain, class Special>
void Walk(std::string_view text, IsSpecial is_special, Plain plain, Special special) {
  std::size_t begin = 0;  // of the run that is not handed on yet
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = SequenceLength(text, at);
    const bool cut = length == 1 && is_special(text[at]);
    if (length > 0 && !cut) {
      at += length;
      continue;
    }
    plain(text.substr(begin, at - begin));
    if (cut) {
      special(text[at]);
    } else {
      plain(kReplacement);
    }
    begin = ++at;
  }
  plain(text.substr(begin));
}

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) {
  out += '"';
  Walk(
      text, [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; },
      [&](std::string_view run) { out += run; },
      [&](char c) {
        if (c == '"' || c == '\\') {
          out += '\\';
          out += c;
        } else {
          AppendControl(out, static_cast<unsigned char>(c));
        }
      });
  out += '"';
}

void AppendNumber(std::string& out, double number) {
  // Room for the longest double without an exponent.
  std::array<char, 400> text{};
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  out.append(text.data(), end);
}

std::string ValidUtf8(std::string_view text) {
  std::string valid;
  Walk(
      text, [](char) { return false; }, [&](std::string_view run) { valid += run; }, [](char) {});
  return valid;
}

}  // namespace mock_server
