#include "batcher/base/kinds.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "batcher/base/check.h"

namespace batcher {
namespace {

std::string Shown(const FieldSpec& field, double value) {
  if (field.unit == FieldUnit::kDuration) {
    return FormatDuration(Duration(std::llround(value)));
  }
  std::array<char, 64> text{};  // enough for every limit that a field has
  const char* const end =
      std::to_chars(text.begin(), text.end(), value, std::chars_format::fixed).ptr;
  return std::string(text.cbegin(), end) + (field.unit == FieldUnit::kRate ? "/s" : "");
}

}  // namespace

const FieldSpec* KindSpec::Find(std::string_view field) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const FieldSpec& f) { return f.name == field; });
  return found == fields.end() ? nullptr : &*found;
}

Choice::Choice(const KindSpec& spec) : kind_(spec.name) {
  for (const FieldSpec& field : spec.fields) {
    if (field.fallback) {
      Set(field.name, *field.fallback);
    }
  }
}

void Choice::Set(std::string_view field, double value) { FindOrMake(field).number = value; }

void Choice::SetText(std::string_view field, std::string text) {
  FindOrMake(field).text = std::move(text);
}

void Choice::SetChoices(std::string_view field, std::vector<Choice> choices) {
  FindOrMake(field).choices = std::move(choices);
}

Choice::Value& Choice::FindOrMake(std::string_view field) {
  for (Value& value : values_) {
    if (value.field == field) {
      return value;
    }
  }
  values_.push_back({.field = std::string(field), .text = {}, .choices = {}});
  return values_.back();
}

const Choice::Value* Choice::Find(std::string_view field) const {
  for (const Value& value : values_) {
    if (value.field == field) {
      return &value;
    }
  }
  return nullptr;
}

const Choice::Value& Choice::Get(std::string_view field) const {
  const Value* value = Find(field);
  CHECK(value != nullptr);
  return *value;
}

bool Choice::Has(std::string_view field) const { return Find(field) != nullptr; }

double Choice::Number(std::string_view field) const { return Get(field).number; }

Duration Choice::Time(std::string_view field) const {
  return Duration(std::llround(Number(field)));
}

std::optional<Duration> Choice::TimeIfAny(std::string_view field) const {
  return Has(field) ? std::optional(Time(field)) : std::nullopt;
}

std::size_t Choice::Count(std::string_view field) const {
  const double number = Number(field);
  CHECK(number >= 0);
  return static_cast<std::size_t>(number);
}

const std::string& Choice::Text(std::string_view field) const { return Get(field).text; }

const std::vector<Choice>& Choice::Choices(std::string_view field) const {
  return Get(field).choices;
}

std::optional<std::string> RangeProblem(const FieldSpec& field, double value) {
  if (field.unit == FieldUnit::kCount && value != std::floor(value)) {
    return "a whole number";
  }
  if (!(value >= field.minimum)) {
    return "at least " + Shown(field, field.minimum);
  }
  if (value > field.maximum) {
    return "at most " + Shown(field, field.maximum);
  }
  return std::nullopt;
}

}  // namespace batcher
