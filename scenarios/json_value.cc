#include "scenarios/json_value.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "batcher/base/check.h"
#include "batcher/base/time.h"
#include "scenarios/number_text.h"

namespace scenarios {
namespace {

using batcher::Duration;
using batcher::Error;
using batcher::FieldSpec;
using batcher::FieldUnit;
using batcher::Result;
using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t kLongestShown = 60;

Result<double> ReadDuration(const std::string& text) {
  const Result<Duration> duration = batcher::ParseDuration(text);
  if (!duration) {
    return duration.error();
  }
  return static_cast<double>(duration->count());
}

// Of words that each may be there once, the bits.
Result<double> ReadWords(const json& list, const FieldSpec& spec) {
  std::uint32_t bits = 0;
  for (const json& element : list) {
    const auto* text = element.get_ptr<const std::string*>();
    const auto word =
        text == nullptr ? spec.words.end() : std::find(spec.words.begin(), spec.words.end(), *text);
    if (word == spec.words.end()) {
      return Mismatch(element, Wanted(spec));
    }
    const std::uint32_t bit = 1U << static_cast<unsigned>(word - spec.words.begin());
    if ((bits & bit) != 0) {
      return Error{"found " + Shown(element) + " twice, wanted " + Wanted(spec)};
    }
    bits |= bit;
  }
  return bits == 0 ? Result<double>(Mismatch(list, Wanted(spec))) : static_cast<double>(bits);
}

ordered_json WriteWords(const FieldSpec& spec, double number) {
  const auto bits = static_cast<std::uint32_t>(number);
  ordered_json list = ordered_json::array();
  for (std::size_t i = 0; i < spec.words.size(); ++i) {
    if (((bits >> i) & 1U) != 0) {
      list.push_back(spec.words[i]);
    }
  }
  return list;
}

std::string Listed(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) {
    text += (text.empty() ? "" : ", ") + std::string(word);
  }
  return text;
}

// The value without regard to the range of the field.
Result<double> ReadAnyNumber(const json& value, const FieldSpec& spec) {
  switch (spec.unit) {
    case FieldUnit::kDuration:
      if (value.is_string()) {
        return ReadDuration(value.get_ref<const std::string&>());
      }
      break;
    case FieldUnit::kRate:
      if (value.is_string()) {
        return ParseRate(value.get_ref<const std::string&>());
      }
      break;
    case FieldUnit::kFlag:
      if (value.is_boolean()) {
        return value.get<bool>() ? 1.0 : 0.0;
      }
      break;
    case FieldUnit::kCount:
    case FieldUnit::kNumber:
      if (value.is_number()) {
        return value.get<double>();
      }
      break;
    case FieldUnit::kWords:
      if (value.is_array()) {
        return ReadWords(value, spec);
      }
      break;
    case FieldUnit::kFile:
    case FieldUnit::kChoices:
      UNREACHABLE("a file or a list is not a number");
  }
  return Mismatch(value, Wanted(spec));
}

}  // namespace

Result<std::optional<double>> ReadNumber(const json& value, const FieldSpec& spec) {
  if (value.is_null() && spec.optional) {
    return std::optional<double>();
  }
  if (spec.automatic && value == "auto") {
    return std::optional<double>(0);
  }
  const Result<double> number = ReadAnyNumber(value, spec);
  if (!number) {
    return number.error();
  }
  if (const std::optional<std::string> problem = RangeProblem(spec, *number)) {
    const std::string wanted = Wanted(spec);
    return Mismatch(value, *problem == wanted ? wanted : wanted + ", " + *problem);
  }
  return std::optional<double>(*number);
}

ordered_json WriteNumber(const FieldSpec& spec, const std::optional<double>& number) {
  if (!number) {
    return nullptr;
  }
  switch (spec.unit) {
    case FieldUnit::kDuration:
      return batcher::FormatDuration(Duration(std::llround(*number)));
    case FieldUnit::kRate:
      return FormatRate(*number);
    case FieldUnit::kFlag:
      return *number != 0;
    case FieldUnit::kCount:
      return static_cast<std::uint64_t>(*number);
    case FieldUnit::kNumber:
      return *number == std::floor(*number) && std::abs(*number) < 0x1p53
                 ? ordered_json(static_cast<std::int64_t>(*number))
                 : ordered_json(*number);
    case FieldUnit::kWords:
      return WriteWords(spec, *number);
    case FieldUnit::kFile:
    case FieldUnit::kChoices:
      break;
  }
  UNREACHABLE("a file or a list is not a number");
}

std::string Wanted(const FieldSpec& spec) {
  switch (spec.unit) {
    case FieldUnit::kDuration:
      return "a duration with a unit, such as \"20ms\"";
    case FieldUnit::kRate:
      return "a rate with a unit, such as \"200/s\"";
    case FieldUnit::kCount:
      return spec.automatic ? "a whole number or \"auto\"" : "a whole number";
    case FieldUnit::kNumber:
      return "a number";
    case FieldUnit::kFlag:
      return "true or false";
    case FieldUnit::kFile:
      return "the path of a file";
    case FieldUnit::kChoices:
      return "a list of objects, each with a kind";
    case FieldUnit::kWords:
      return "a list of some of " + Listed(spec.words);
  }
  UNREACHABLE("a unit outside the enumeration");
}

std::string Shown(const json& value) {
  if (value.is_object()) {
    return "an object";
  }
  if (value.is_array()) {
    return value.empty() ? "an empty list" : "a list";
  }
  std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  if (text.size() > kLongestShown) {
    text = text.substr(0, kLongestShown) + "...";
  }
  return text;
}

Error Mismatch(const json& found, const std::string& wanted) {
  return Error{"found " + Shown(found) + ", wanted " + wanted};
}

std::string AtIndex(std::string_view field, std::size_t index) {
  return std::string(field) + "[" + std::to_string(index) + "]";
}

const std::string* AsText(const json& value) { return value.get_ptr<const std::string*>(); }

}  // namespace scenarios
