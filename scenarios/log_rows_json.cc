#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "scenarios/log_rows.h"

namespace scenarios {
namespace {

using nlohmann::json;

// Fields that only later objects have, or that come behind so many others, are no columns.
constexpr int kObjectsThatName = 100;
constexpr std::size_t kMostNames = 200;

// Takes the values of some fields from one object, as text; or, before any are wanted, the names of
// all.
class ObjectReader final : public nlohmann::json_sax<json> {
 public:
  std::vector<std::string> names;   // all that were met, while nothing is wanted
  std::vector<std::string> wanted;  // fields to take
  std::vector<std::string> values;  // of them; empty for null and where the object has none
  std::string problem;              // empty: the object was read

  void Begin() {
    depth_ = 0;
    slot_ = kNoSlot;
    problem.clear();
    values.resize(wanted.size());
    for (std::string& value : values) {
      value.clear();
    }
    seen_.assign(wanted.size(), false);
  }

  bool null() override { return Value({}); }
  bool boolean(bool value) override { return Value(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return Value(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return Value(std::to_string(value)); }
  bool number_float(number_float_t /*value*/, const string_t& text) override { return Value(text); }
  bool string(string_t& value) override { return Value(std::move(value)); }
  bool binary(binary_t& /*value*/) override { return Refuse("found bytes, wanted JSON"); }
  bool start_object(std::size_t /*elements*/) override { return Enter(); }
  bool start_array(std::size_t /*elements*/) override { return Enter(); }
  bool end_object() override { return Leave(); }
  bool end_array() override { return Leave(); }

  bool key(string_t& name) override {
    if (depth_ != 1) {
      return true;
    }
    const auto at = std::find(wanted.begin(), wanted.end(), name);
    slot_ = at == wanted.end() ? kNoSlot : static_cast<std::size_t>(at - wanted.begin());
    if (slot_ != kNoSlot && seen_[slot_]) {
      return Refuse("found the field " + Quoted(name) + " twice, wanted it once");
    }
    if (slot_ != kNoSlot) {
      seen_[slot_] = true;
    }
    if (wanted.empty() && names.size() < kMostNames &&
        std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
    return true;
  }

  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const json::exception& /*error*/) override {
    return Refuse("can't be read as JSON from character " + std::to_string(position) + " on");
  }

 private:
  static constexpr std::size_t kNoSlot = static_cast<std::size_t>(-1);

  bool Value(std::string text) {
    if (depth_ == 0) {
      return Refuse("found a bare value, wanted one object a line");
    }
    if (depth_ == 1 && slot_ != kNoSlot) {
      values[slot_] = std::move(text);
    }
    return true;
  }
  bool Enter() {
    if (depth_ == 1 && slot_ != kNoSlot) {
      return Refuse("found an object or a list in the field " + Quoted(wanted[slot_]) +
                    ", wanted a text or a number");
    }
    ++depth_;
    return true;
  }
  bool Leave() {
    --depth_;
    return true;
  }
  bool Refuse(std::string what) {
    problem = std::move(what);
    return false;
  }

  std::size_t depth_ = 0;
  std::size_t slot_ = kNoSlot;  // of the field whose value comes next, at depth 1
  std::vector<bool> seen_;      // by slot
};

class JsonRows final : public LogRows {
 public:
  explicit JsonRows(std::string_view text) : lines_(text) {
    LineTaker first(text);
    LogRow row;
    for (int i = 0; i < kObjectsThatName && !first.at_end(); ++i) {
      first.Take(row);
      Read(row.text);
    }
    columns_ = std::move(reader_.names);
  }

  const std::vector<std::string>& columns() const override { return columns_; }
  bool decimal_comma() const override { return false; }

  void Want(const std::vector<std::size_t>& wanted) override {
    for (const std::size_t column : wanted) {
      reader_.wanted.push_back(columns_.at(column));
    }
  }

  RowState Next(LogRow& row) override {
    if (lines_.at_end()) {
      return RowState::kEnd;
    }
    lines_.Take(row);
    if (IsBlank(row.text)) {
      return RowState::kBlank;
    }
    if (!Read(row.text)) {
      row.problem = reader_.problem + ": " + Quoted(row.text);
      return RowState::kUnreadable;
    }
    row.fields.assign(reader_.values.begin(), reader_.values.end());
    return RowState::kRow;
  }

 private:
  bool Read(std::string_view line) {
    reader_.Begin();
    const std::size_t first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos || line[first] != '{') {
      reader_.problem = "found no object, wanted one a line";
      return false;
    }
    return json::sax_parse(line, &reader_) && reader_.problem.empty();
  }

  LineTaker lines_;
  ObjectReader reader_;
  std::vector<std::string> columns_;
};

}  // namespace

std::unique_ptr<LogRows> OpenJsonRows(std::string_view text) {
  return std::make_unique<JsonRows>(text);
}

}  // namespace scenarios
