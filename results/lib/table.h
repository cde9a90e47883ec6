#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/time.h"

namespace results {

// How tables and summaries are drawn.
struct TextStyle {
  bool colour = false;  // ANSI colours; whoever sets it has looked at the terminal and at NO_COLOR
};

enum class Align : std::uint8_t { kLeft, kRight };

struct Column {
  std::string header;
  Align align = Align::kRight;
};

// Rows of text in aligned columns, two spaces apart, for terminals.
class Table {
 public:
  explicit Table(std::vector<Column> columns);

  // REQUIRES: a cell for each column. UTF-8; each code point counts as one place.
  void AddRow(std::vector<std::string> cells);

  // Each line ends with a line feed, without spaces before it. The line of headers (left out if all
  // are empty) is bold in colour.
  [[nodiscard]] std::string Render(TextStyle style = {}) const;

 private:
  [[nodiscard]] std::vector<std::size_t> Widths() const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;  // each has columns_.size() cells
};

// At most three digits that count: "99 us", "0.12 ms", "1.23 ms", "12.3 ms", "123 ms", "1.23 s",
// "12.3 s", "123 s".
[[nodiscard]] std::string FormatMs(batcher::Duration time);
// Rounded to the nanosecond first.
[[nodiscard]] std::string FormatMs(double milliseconds);
// "1,234,567".
[[nodiscard]] std::string FormatCount(std::uint64_t count);
// A number with at most two decimals: "512", "3.5", "1,234.25".
[[nodiscard]] std::string FormatNumber(double number);
// 0.943 -> "94.3 %".
[[nodiscard]] std::string FormatPercent(double ratio);

}  // namespace results
