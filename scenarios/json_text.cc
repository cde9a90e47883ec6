#include "scenarios/json_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace scenarios {
namespace {

using batcher::Error;
using nlohmann::json;

constexpr std::size_t kLongestMessage = 200;

// "[json.exception.parse_error.101] parse error at line 1, column 5: syntax error ..." less all
// before the last of its heads, in printable ASCII.
std::string Shortened(std::string_view what) {
  for (const std::string_view head : {"] ", ": "}) {
    const auto at = what.find(head);
    const bool is_place = head == ": " && !what.starts_with("parse error");
    if (at != std::string_view::npos && !is_place) {
      what.remove_prefix(at + head.size());
    }
  }
  std::string text(what.substr(0, kLongestMessage));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

// Passes over a text without keeping it, and stops at the first thing that is wrong.
class Checker final : public nlohmann::json_sax<json> {
 public:
  explicit Checker(std::string_view text) : text_(text) {}

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }

  bool start_object(std::size_t /*elements*/) override { return Enter(); }
  bool start_array(std::size_t /*elements*/) override { return Enter(); }
  bool end_object() override { return Leave(); }
  bool end_array() override { return Leave(); }

  bool key(string_t& name) override {
    Level& level = levels_.back();
    level.key = name;
    if (level.known.insert(name).second) {
      return true;
    }
    return Refuse(Path() + ": given twice");
  }

  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const json::exception& error) override {
    const std::string_view read = text_.substr(0, position);
    const auto line = 1 + std::count(read.begin(), read.end(), '\n');
    const auto line_start = read.rfind('\n');
    const std::size_t before = line_start == std::string_view::npos ? 0 : line_start + 1;
    const std::size_t column = std::max<std::size_t>(read.size() - before, 1);
    return Refuse("line " + std::to_string(line) + ", column " + std::to_string(column) + ": " +
                  Shortened(error.what()));
  }

 private:
  struct Level {
    std::string key;              // The one that was read last; empty in a list.
    std::set<std::string> known;  // Keys of this object so far.
  };

  bool Enter() {
    levels_.emplace_back();
    if (levels_.size() <= kDeepestJson) {
      return true;
    }
    return Refuse("found objects or lists nested deeper than " + std::to_string(kDeepestJson) +
                  ", wanted fewer");
  }
  bool Leave() {
    levels_.pop_back();
    return true;
  }
  bool Refuse(std::string what) {
    error_ = Error{std::move(what)};
    return false;
  }
  [[nodiscard]] std::string Path() const {
    std::string path;
    for (const Level& level : levels_) {
      path += (path.empty() || level.key.empty() ? "" : ".") + level.key;
    }
    return path;
  }

  std::string_view text_;
  std::vector<Level> levels_;
  std::optional<Error> error_;
};

}  // namespace

batcher::Result<json> ParseJson(std::string_view text) {
  Checker checker(text);
  json::sax_parse(text, &checker);
  if (checker.error()) {
    return *checker.error();
  }
  return json::parse(text, nullptr, false);
}

}  // namespace scenarios
