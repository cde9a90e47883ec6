#include "tests/source_text.h"

#include <algorithm>
#include <cstddef>

namespace batchlab {
namespace {

// Offset behind the literal or comment that `opening` starts at `from`; the end of the text if it
// is never closed.
std::size_t Behind(std::string_view text, std::string_view closing, std::size_t from) {
  const std::size_t found = text.find(closing, from);
  return found == std::string_view::npos ? text.size() : found + closing.size();
}

// Offset behind the quoted literal that opens at `at`, minding escapes.
std::size_t BehindQuoted(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size() && text[at] != quote; ++at) {
    if (text[at] == '\\') {
      ++at;
    }
  }
  return std::min(at + 1, text.size());
}

// Offset behind the raw literal whose quote stands at `at`: R"delimiter( ... )delimiter".
std::size_t BehindRaw(std::string_view text, std::size_t at) {
  const std::size_t open = text.find('(', at);
  if (open == std::string_view::npos) {
    return text.size();
  }
  std::string closing = ")";
  closing += text.substr(at + 1, open - at - 1);
  closing += '"';
  return Behind(text, closing, open);
}

void Copy(std::string_view text, std::size_t from, std::size_t end, std::string& part) {
  std::copy(text.begin() + static_cast<std::ptrdiff_t>(from),
            text.begin() + static_cast<std::ptrdiff_t>(end),
            part.begin() + static_cast<std::ptrdiff_t>(from));
}

}  // namespace

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

SourceParts TakeApart(std::string_view text) {
  std::string blank(text);
  std::ranges::replace_if(
      blank, [](char c) { return c != '\n'; }, ' ');
  SourceParts parts{.code = blank, .comments = blank};
  std::size_t at = 0;
  while (at < text.size()) {
    const char before = at == 0 ? ' ' : text[at - 1];
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("//") || rest.starts_with("/*")) {
      const std::size_t end =
          rest[1] == '/' ? std::min(text.find('\n', at), text.size()) : Behind(text, "*/", at + 2);
      Copy(text, at, end, parts.comments);
      at = end;
    } else if (rest[0] == '"') {
      at = before == 'R' ? BehindRaw(text, at) : BehindQuoted(text, at);
    } else if (rest[0] == '\'' && !IsWordCharacter(before)) {  // Else it separates digits.
      at = BehindQuoted(text, at);
    } else {
      parts.code[at] = text[at];
      ++at;
    }
  }
  return parts;
}

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::size_t LineAt(std::string_view text, std::size_t offset) {
  return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, offset), '\n'));
}

std::vector<std::size_t> FindWord(std::string_view text, std::string_view word) {
  const auto touches = [&](char edge, std::size_t at) {
    return IsWordCharacter(edge) && at < text.size() && IsWordCharacter(text[at]);
  };
  std::vector<std::size_t> found;
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const bool begins = word.front() == '_' || !touches(word.front(), at - 1);
    if (begins && !touches(word.back(), at + word.size())) {
      found.push_back(at);
    }
  }
  return found;
}

}  // namespace batchlab
