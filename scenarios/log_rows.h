#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/result.h"

namespace scenarios {

enum class RowState : std::uint8_t { kRow, kBlank, kUnreadable, kEnd };

// One row of a log.
struct LogRow {
  std::size_t line = 0;                       // where it begins, from 1
  std::string_view text = {};                 // all of it, without its line end
  std::vector<std::string_view> fields = {};  // of the wanted columns; empty where it has none
  std::string problem = {};                   // of kUnreadable: what was found and wanted
  bool is_open = false;                       // the text ends within it, without a line end
};

// Passes once over the rows of a text, which must outlive it.
class LogRows {
 public:
  virtual ~LogRows() = default;
  LogRows(const LogRows&) = delete;
  LogRows& operator=(const LogRows&) = delete;

  // The names of the columns: of a header, or of the fields that the first objects have.
  [[nodiscard]] virtual const std::vector<std::string>& columns() const = 0;
  // Which of them rows shall tell, in this order.
  virtual void Want(const std::vector<std::size_t>& wanted) = 0;
  // Whether numbers may be written with a comma: where commas do not separate fields.
  [[nodiscard]] virtual bool decimal_comma() const = 0;

  // The next row. Its views last until the next call.
  virtual RowState Next(LogRow& row) = 0;

 protected:
  LogRows() = default;
};

// CSV or JSON lines, found from the first byte that is no space. What can be neither is an error.
[[nodiscard]] batcher::Result<std::unique_ptr<LogRows>> OpenLogRows(std::string_view text);

// The two kinds. REQUIRES: the text is not empty.
[[nodiscard]] batcher::Result<std::unique_ptr<LogRows>> OpenCsvRows(std::string_view text);
[[nodiscard]] std::unique_ptr<LogRows> OpenJsonRows(std::string_view text);

// Takes lines off a text, with their numbers.
class LineTaker {
 public:
  explicit LineTaker(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  // What is left, from the start of the next line.
  [[nodiscard]] std::string_view rest() const { return rest_; }
  // The number of the next line, from 1.
  [[nodiscard]] std::size_t line() const { return line_; }

  // The next line without its end, into `row`.
  void Take(LogRow& row) { TakeBytes(row, rest_.find('\n')); }
  // The next bytes up to the line end at `end` (npos: all), which may hold line ends themselves.
  void TakeBytes(LogRow& row, std::size_t end);

 private:
  std::string_view rest_;
  std::size_t line_ = 1;
};

// Whether a line holds nothing but spaces and tabs.
[[nodiscard]] bool IsBlank(std::string_view line);

// At most 60 bytes of a text in quotes, for messages; bytes that do not print as '?'.
[[nodiscard]] std::string Quoted(std::string_view text);

}  // namespace scenarios
