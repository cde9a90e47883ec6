#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace batchlab {

// A C++ text taken apart, so that a rule about code is not broken by a comment or a message that
// speaks of it. Each part has the length and the lines of the whole, blank where the other parts
// stand; the contents of literals stand in neither.
struct SourceParts {
  std::string code;
  std::string comments;
};
[[nodiscard]] SourceParts TakeApart(std::string_view text);

// The lines of `text` without their ends. An end after the last line opens no further one.
[[nodiscard]] std::vector<std::string_view> Lines(std::string_view text);

// The number of the line, from 1, that holds `offset`.
[[nodiscard]] std::size_t LineAt(std::string_view text, std::size_t offset);

// True if a letter, a digit or an underscore: what can be part of an identifier.
[[nodiscard]] bool IsWordCharacter(char c);

// Where `word` stands in `text` as a word of its own, each by its offset. A side of `word` that is
// no word character may touch anything; so may a leading underscore ("_clock::now").
[[nodiscard]] std::vector<std::size_t> FindWord(std::string_view text, std::string_view word);

}  // namespace batchlab
