#include "results/lib/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "batcher/base/check.h"

namespace results {
namespace {

// Bytes of UTF-8 that begin a code point.
std::size_t WidthOf(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string RenderLine(const std::vector<std::string>& cells, const std::vector<Column>& columns,
                       const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string space(widths[i] - WidthOf(cells[i]), ' ');
    line += i == 0 ? "" : "  ";
    line += columns[i].align == Align::kLeft ? cells[i] + space : space + cells[i];
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

// "1234567" -> "1,234,567".
std::string WithThousands(std::string digits) {
  for (std::size_t i = digits.size(); i > 3;) {
    i -= 3;
    digits.insert(i, 1, ',');
  }
  return digits;
}

}  // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

void Table::AddRow(std::vector<std::string> cells) {
  CHECK(cells.size() == columns_.size());
  rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::Widths() const {
  std::vector<std::size_t> widths(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    widths[i] = WidthOf(columns_[i].header);
    for (const std::vector<std::string>& row : rows_) {
      widths[i] = std::max(widths[i], WidthOf(row[i]));
    }
  }
  return widths;
}

std::string Table::Render(TextStyle style) const {
  const std::vector<std::size_t> widths = Widths();
  std::vector<std::string> headers(columns_.size());
  std::ranges::transform(columns_, headers.begin(), &Column::header);
  std::string text = RenderLine(headers, columns_, widths);
  if (!text.empty()) {
    text = style.colour ? "\x1b[1m" + text + "\x1b[0m\n" : text + "\n";
  }
  for (const std::vector<std::string>& row : rows_) {
    text += RenderLine(row, columns_, widths) + "\n";
  }
  return text;
}

std::string FormatMs(batcher::Duration time) { return FormatMs(batcher::ToMilliseconds(time)); }

std::string FormatMs(double milliseconds) {
  const double nanoseconds = std::round(milliseconds * 1e6);
  if (nanoseconds == 0) {
    return "0 ms";
  }
  const double size = std::abs(nanoseconds) / 1e6;
  // The limits are where rounding would show a fourth digit.
  if (size < 0.0995) {
    return fmt::format("{:.3g} us", nanoseconds / 1e3);
  }
  if (size < 999.5) {
    return fmt::format("{:.{}f} ms", nanoseconds / 1e6, size < 9.995 ? 2 : (size < 99.95 ? 1 : 0));
  }
  return fmt::format("{:.{}f} s", nanoseconds / 1e9, size < 9995 ? 2 : (size < 99950 ? 1 : 0));
}

std::string FormatCount(std::uint64_t count) { return WithThousands(std::to_string(count)); }

std::string FormatNumber(double number) {
  const auto hundredths = std::llround(std::abs(number) * 100);
  std::string text = WithThousands(std::to_string(hundredths / 100));
  if (hundredths % 100 != 0) {
    text += fmt::format(".{:02}", hundredths % 100);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return number < 0 && hundredths > 0 ? "-" + text : text;
}

std::string FormatPercent(double ratio) {
  const double percent = std::round(ratio * 1000) / 10;
  return fmt::format("{:.1f} %", percent == 0 ? 0.0 : percent);
}

}  // namespace results
