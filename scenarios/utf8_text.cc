#include "scenarios/utf8_text.h"

#include <cstddef>

namespace scenarios {

bool IsUtf8(std::string_view text) {
  std::size_t missing = 0;  // continuation bytes of the character that has begun
  unsigned char low = 0x80;
  unsigned char high = 0xBF;  // what the next of them may be
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (missing > 0) {
      if (byte < low || byte > high) {
        return false;
      }
      --missing;
      low = 0x80;
      high = 0xBF;
    } else if (byte >= 0x80) {
      if (byte < 0xC2 || byte > 0xF4) {
        return false;
      }
      missing = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
      // Overlong forms, surrogates and what lies above U+10FFFF.
      low = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
      high = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
    }
  }
  return missing == 0;
}

std::string FromLatin1(std::string_view text) {
  std::string utf8;
  utf8.reserve(text.size() * 2);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      utf8 += c;
    } else {
      utf8 += static_cast<char>(0xC0U | (byte >> 6U));
      utf8 += static_cast<char>(0x80U | (byte & 0x3FU));
    }
  }
  return utf8;
}

}  // namespace scenarios
