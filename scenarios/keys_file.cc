#include <string_view>
#include <unordered_map>
#include <utility>

#include "scenarios/key_kinds.h"
#include "scenarios/text_file.h"

namespace scenarios {
namespace {

// The lines of a file. A line that occurs again is the same key.
struct Lines {
  std::vector<std::string> texts;    // By key.
  std::vector<std::uint64_t> order;  // The key of each line.
};

Lines SplitLines(std::string_view text) {
  Lines lines;
  std::unordered_map<std::string_view, std::uint64_t> known;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    const auto [entry, is_new] = known.try_emplace(line, lines.texts.size());
    if (is_new) {
      lines.texts.emplace_back(line);
    }
    lines.order.push_back(entry->second);
  }
  return lines;
}

class FromFile final : public KeySource {
 public:
  explicit FromFile(std::shared_ptr<const Lines> lines) : lines_(std::move(lines)) {}

  std::uint64_t Next() override {
    const std::uint64_t key = lines_->order[next_];
    next_ = next_ + 1 == lines_->order.size() ? 0 : next_ + 1;
    return key;
  }
  std::string Text(std::uint64_t key) const override { return lines_->texts.at(key); }
  std::unique_ptr<KeySource> Clone() const override { return std::make_unique<FromFile>(*this); }

 private:
  std::shared_ptr<const Lines> lines_;  // Never changed: shared by all copies.
  std::size_t next_ = 0;                // Below lines_->order.size().
};

batcher::Result<KeyStream> Open(const batcher::Choice& choice, std::uint64_t /*seed*/) {
  const std::string& path = choice.Text("file");
  const batcher::Result<std::string> text = ReadTextFile(path, kLargestTextFile);
  if (!text) {
    return text.error();
  }
  if (text->empty()) {
    return batcher::Error{path + ": found an empty file, wanted one address a line"};
  }
  return KeyStream(std::make_unique<FromFile>(std::make_shared<const Lines>(SplitLines(*text))));
}

}  // namespace

KeyKind FileKeys() {
  return {.spec = {.name = "file",
                   .meaning = "The lines of a file in turn, over and over.",
                   .fields = {{.name = "file",
                               .unit = batcher::FieldUnit::kFile,
                               .meaning = "One address a line, UTF-8."}}},
          .open = Open};
}

}  // namespace scenarios
