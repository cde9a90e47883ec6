#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "scenarios/key_kinds.h"
#include "scenarios/log_rows.h"
#include "scenarios/text_file.h"

namespace scenarios {
namespace {

using batcher::Error;
using batcher::Result;

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// The lines of a file, or the rows of one column. A text that occurs again is the same key.
class Lines {
 public:
  void Add(std::string_view text) {
    const auto [entry, is_new] = known_.try_emplace(std::string(text), texts_.size());
    if (is_new) {
      texts_.emplace_back(text);
    }
    order_.push_back(entry->second);
  }

  [[nodiscard]] const std::vector<std::string>& texts() const { return texts_; }
  [[nodiscard]] const std::vector<std::uint64_t>& order() const { return order_; }

 private:
  std::unordered_map<std::string, std::uint64_t> known_;
  std::vector<std::string> texts_;    // By key.
  std::vector<std::uint64_t> order_;  // The key of each line.
};

Lines SplitLines(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    lines.Add(line);
  }
  return lines;
}

// The place of the column of addresses; none: there is none.
std::optional<std::size_t> AddressColumn(const std::vector<std::string>& columns) {
  for (const std::string_view name : {"address", "key"}) {
    const auto found = std::ranges::find(columns, name);
    if (found != columns.end()) {
      return static_cast<std::size_t>(found - columns.begin());
    }
  }
  return std::nullopt;
}

// An error says what was found and wanted; in which file, the caller knows.
Result<Lines> ReadColumn(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return Error{"found nothing, wanted a header with a column address or key"};
  }
  const Result<std::unique_ptr<LogRows>> rows = OpenCsvRows(text);
  if (!rows) {
    return rows.error();
  }
  const std::optional<std::size_t> column = AddressColumn((*rows)->columns());
  if (!column) {
    return Error{"found the header " + Quoted(text.substr(0, text.find_first_of("\r\n"))) +
                 ", wanted one with a column address or key"};
  }
  (*rows)->Want({*column});
  Lines lines;
  LogRow row;
  for (RowState state = (*rows)->Next(row); state != RowState::kEnd; state = (*rows)->Next(row)) {
    if (state == RowState::kUnreadable) {
      return Error{"line " + std::to_string(row.line) + ": " + row.problem};
    }
    if (state == RowState::kRow) {
      lines.Add(row.fields[0]);
    }
  }
  return lines.order().empty()
             ? Result<Lines>(Error{"found a header only, wanted an address a row"})
             : Result<Lines>(std::move(lines));
}

Result<Lines> ReadLines(const std::string& path) {
  const Result<std::string> text = ReadTextFile(path, kLargestTextFile);
  if (!text) {
    return text.error();
  }
  if (text->empty()) {
    return Error{path + ": found an empty file, wanted one address a line"};
  }
  if (!path.ends_with(".csv")) {
    return SplitLines(*text);
  }
  Result<Lines> lines = ReadColumn(*text);
  return lines ? std::move(lines) : Error{path + ": " + lines.error().message};
}

class FromFile final : public KeySource {
 public:
  explicit FromFile(std::shared_ptr<const Lines> lines) : lines_(std::move(lines)) {}

  std::uint64_t Next() override {
    const std::uint64_t key = lines_->order()[next_];
    next_ = next_ + 1 == lines_->order().size() ? 0 : next_ + 1;
    return key;
  }
  std::string Text(std::uint64_t key) const override { return lines_->texts().at(key); }
  std::unique_ptr<KeySource> Clone() const override { return std::make_unique<FromFile>(*this); }

 private:
  std::shared_ptr<const Lines> lines_;  // Never changed: shared by all copies.
  std::size_t next_ = 0;                // Below lines_->order().size().
};

Result<KeyStream> Open(const batcher::Choice& choice, std::uint64_t /*seed*/) {
  Result<Lines> lines = ReadLines(choice.Text("file"));
  if (!lines) {
    return lines.error();
  }
  return KeyStream(std::make_unique<FromFile>(std::make_shared<const Lines>(*std::move(lines))));
}

}  // namespace

Result<std::vector<std::string>> ReadKeyTexts(const std::string& path) {
  const Result<Lines> lines = ReadLines(path);
  if (!lines) {
    return lines.error();
  }
  std::vector<std::string> texts = lines->texts();
  std::erase(texts, "");
  return texts.empty() ? Result<std::vector<std::string>>(
                             Error{path + ": found empty lines only, wanted one address a line"})
                       : Result<std::vector<std::string>>(std::move(texts));
}

KeyKind FileKeys() {
  return {
      .spec = {.name = "file",
               .meaning = "The lines of a file in turn, over and over, or the rows of a CSV file.",
               .fields = {{.name = "file",
                           .unit = batcher::FieldUnit::kFile,
                           .meaning = "One address a line, UTF-8; of a file that ends in .csv the "
                                      "column address or key of its "
                                      "header."}}},
      .open = Open};
}

}  // namespace scenarios
