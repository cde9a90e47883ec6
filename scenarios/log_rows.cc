#include "scenarios/log_rows.h"

#include <algorithm>

namespace scenarios {
namespace {

using batcher::Error;

constexpr std::size_t kLongestQuote = 60;

}  // namespace

void LineTaker::TakeBytes(LogRow& row, std::size_t end) {
  row.line = line_;
  row.is_open = end == std::string_view::npos;
  row.text = rest_.substr(0, end);
  rest_.remove_prefix(row.is_open ? rest_.size() : end + 1);
  line_ += 1 + static_cast<std::size_t>(std::count(row.text.begin(), row.text.end(), '\n'));
  if (row.text.ends_with('\r')) {
    row.text.remove_suffix(1);
  }
}

bool IsBlank(std::string_view line) {
  return std::all_of(line.begin(), line.end(), [](char c) { return c == ' ' || c == '\t'; });
}

std::string Quoted(std::string_view text) {
  std::string shown(text.substr(0, kLongestQuote));
  std::replace_if(
      shown.begin(), shown.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, '?');
  return '"' + shown + (text.size() > kLongestQuote ? "...\"" : "\"");
}

batcher::Result<std::unique_ptr<LogRows>> OpenLogRows(std::string_view text) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    return Error{"found UTF-16, wanted UTF-8"};
  }
  if (text.starts_with("\x1f\x8b") || text.starts_with("PK\x03\x04") ||
      text.starts_with("\x28\xb5\x2f\xfd")) {
    return Error{"found a compressed file, wanted text"};
  }
  if (text.starts_with("\xef\xbb\xbf")) {
    text.remove_prefix(3);
  }
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) {
    return Error{"found nothing, wanted CSV with a header, or JSON lines"};
  }
  if (text[first] == '[') {
    return Error{"found a JSON list, wanted JSON lines: one object a line"};
  }
  if (text[first] == '{') {
    return OpenJsonRows(text);
  }
  return OpenCsvRows(text);
}

}  // namespace scenarios
