#include <algorithm>
#include <array>
#include <optional>

#include "scenarios/log_rows.h"

namespace scenarios {
namespace {

using batcher::Error;
using batcher::Result;

// One of comma, semicolon and tab: which occurs most in the header, outside quotes.
char DelimiterOf(std::string_view text) {
  constexpr std::string_view kDelimiters = ",;\t";
  std::array<std::size_t, kDelimiters.size()> counts{};
  bool quoted = false;
  for (const char c : text) {
    quoted = quoted != (c == '"');
    if (c == '\n' && !quoted) {
      break;
    }
    const std::size_t which = kDelimiters.find(c);
    if (!quoted && which != std::string_view::npos) {
      ++counts.at(which);
    }
  }
  const auto most = std::max_element(counts.begin(), counts.end());
  return kDelimiters[static_cast<std::size_t>(most - counts.begin())];
}

class CsvRows final : public LogRows {
 public:
  explicit CsvRows(std::string_view text) : lines_(text), delimiter_(DelimiterOf(text)) {}

  // What is wrong with the header; none: it has been read.
  std::optional<Error> ReadHeader() {
    LogRow row;
    RowState state = RowState::kBlank;
    while (state == RowState::kBlank) {
      state = TakeRow(row);
    }
    if (state == RowState::kUnreadable) {
      return Error{"line " + std::to_string(row.line) + ": " + row.problem};
    }
    columns_ = found_;
    return std::nullopt;
  }

  const std::vector<std::string>& columns() const override { return columns_; }
  bool decimal_comma() const override { return delimiter_ != ','; }

  void Want(const std::vector<std::size_t>& wanted) override {
    slots_of_.assign(columns_.size(), {});
    for (std::size_t slot = 0; slot < wanted.size(); ++slot) {
      slots_of_.at(wanted[slot]).push_back(slot);
    }
    wanted_ = wanted.size();
  }

  RowState Next(LogRow& row) override {
    if (lines_.at_end()) {
      return RowState::kEnd;
    }
    const std::string_view rest = lines_.rest();
    const std::string_view line = rest.substr(0, rest.find('\n'));
    if (line.find('"') != std::string_view::npos) {
      return TakeQuotedRow(row);
    }
    lines_.Take(row);
    return IsBlank(row.text) && columns_.size() == 1 ? RowState::kBlank : Split(row);
  }

 private:
  // A row without quotes: its fields are parts of the text.
  RowState Split(LogRow& row) {
    row.fields.assign(wanted_, {});
    std::string_view rest = row.text;
    std::size_t column = 0;
    for (;; ++column) {
      const std::size_t end = rest.find(delimiter_);
      if (column < slots_of_.size()) {
        for (const std::size_t slot : slots_of_[column]) {
          row.fields[slot] = rest.substr(0, end);
        }
      }
      if (end == std::string_view::npos) {
        break;
      }
      rest.remove_prefix(end + 1);
    }
    return Counted(row, column + 1);
  }

  RowState TakeQuotedRow(LogRow& row) {
    const RowState state = TakeRow(row);
    if (state != RowState::kRow) {
      return state;
    }
    row.fields.assign(wanted_, {});
    for (std::size_t column = 0; column < std::min(found_.size(), slots_of_.size()); ++column) {
      for (const std::size_t slot : slots_of_[column]) {
        row.fields[slot] = found_[column];
      }
    }
    return Counted(row, found_.size());
  }

  RowState Counted(LogRow& row, std::size_t fields) const {
    if (fields == columns_.size()) {
      return RowState::kRow;
    }
    if (IsBlank(row.text)) {
      return RowState::kBlank;
    }
    row.problem = "found " + std::to_string(fields) + " fields in " + Quoted(row.text) +
                  ", wanted " + std::to_string(columns_.size()) + " as in the header";
    return RowState::kUnreadable;
  }

  // Reads all fields of the next row, quotes undone, into found_.
  RowState TakeRow(LogRow& row) {
    found_.assign(1, {});
    const std::string_view rest = lines_.rest();
    std::size_t at = 0;
    bool misplaced = false;
    bool closed = true;
    while (at < rest.size() && rest[at] != '\n') {
      if (rest[at] == delimiter_) {
        found_.emplace_back();
        ++at;
      } else if (rest[at] == '"' && found_.back().empty()) {
        closed = TakeQuotes(rest, at);
        misplaced = misplaced || !IsFieldEnd(rest, at);
      } else {
        misplaced = misplaced || rest[at] == '"';
        found_.back() += rest[at++];
      }
    }
    lines_.TakeBytes(row, at < rest.size() ? at : std::string_view::npos);
    if (!found_.back().empty() && found_.back().back() == '\r') {
      found_.back().pop_back();
    }
    if (!closed || misplaced) {
      row.problem = closed ? "found a quote within the field " + Quoted(row.text) +
                                 ", wanted quotes around all of it and doubled within"
                           : "found a quote that is never closed in " + Quoted(row.text);
      return RowState::kUnreadable;
    }
    return IsBlank(row.text) ? RowState::kBlank : RowState::kRow;
  }

  [[nodiscard]] bool IsFieldEnd(std::string_view rest, std::size_t at) const {
    return at >= rest.size() || rest[at] == delimiter_ || rest[at] == '\n' ||
           rest.substr(at, 2) == "\r\n" || rest.substr(at) == "\r";
  }

  // Reads a quoted field from its quote at `at` to behind its end. False: it has none.
  bool TakeQuotes(std::string_view rest, std::size_t& at) {
    for (++at; at < rest.size(); ++at) {
      if (rest[at] == '"' && rest.substr(at, 2) != "\"\"") {
        ++at;
        return true;
      }
      at += rest[at] == '"' ? 1U : 0U;
      found_.back() += rest[at];
    }
    return false;
  }

  LineTaker lines_;
  char delimiter_;
  std::vector<std::string> columns_;
  std::vector<std::vector<std::size_t>> slots_of_;  // by column
  std::size_t wanted_ = 0;
  std::vector<std::string> found_;  // the fields of the last row with quotes
};

}  // namespace

Result<std::unique_ptr<LogRows>> OpenCsvRows(std::string_view text) {
  auto rows = std::make_unique<CsvRows>(text);
  if (const auto error = rows->ReadHeader()) {
    return *error;
  }
  return std::unique_ptr<LogRows>(std::move(rows));
}

}  // namespace scenarios
