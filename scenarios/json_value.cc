#include "scenarios/json_value.h"

#include <cmath>
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

}  // namespace scenarios
