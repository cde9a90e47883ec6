#include "scenarios/json_reader.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "scenarios/json_value.h"

namespace scenarios {
namespace {

using batcher::Choice;
using batcher::Error;
using batcher::FieldSpec;
using batcher::FieldUnit;
using batcher::KindSpec;
using batcher::Result;
using nlohmann::json;

constexpr std::string_view kKind = "kind";

template <class Names>
std::string Listed(const Names& names) {
  std::string text;
  for (const auto& name : names) {
    text += text.empty() ? "" : ", ";
    text += name;
  }
  return text;
}

std::vector<std::string_view> NamesOf(const KindSet& kinds) {
  std::vector<std::string_view> names;
  for (const KindSpec* kind : kinds.kinds) {
    names.push_back(kind->name);
  }
  return names;
}

// Lists don't nest: the kinds that may stand in a list.
KindSet WithoutLists(KindSet kinds) {
  std::erase_if(kinds.kinds, [](const KindSpec* kind) {
    return std::any_of(kind->fields.begin(), kind->fields.end(),
                       [](const FieldSpec& spec) { return spec.unit == FieldUnit::kChoices; });
  });
  return kinds;
}

}  // namespace

JsonReader::JsonReader(const json& object, std::string path, ReadContext& context)
    : object_(object), path_(std::move(path)), context_(context) {
  if (!object.is_object()) {
    Refuse("", Mismatch(object, "an object"));
  }
}

void JsonReader::Text(const FieldName& field, std::string& value) {
  if (const json* found = Find(field.name)) {
    if (const std::string* text = AsText(*found)) {
      value = *text;
    } else {
      Refuse(field.name, Mismatch(*found, "a text"));
    }
  }
}

void JsonReader::Number(const FieldSpec& spec, std::optional<double>& value) {
  if (const json* found = Find(spec.name)) {
    const Result<std::optional<double>> number = ReadNumber(*found, spec);
    if (number) {
      value = *number;
    } else {
      Refuse(spec.name, number.error());
    }
  }
}

void JsonReader::Word(const FieldName& field, const std::vector<std::string_view>& words,
                      std::size_t& index) {
  if (const json* found = Find(field.name)) {
    const std::string* text = AsText(*found);
    const auto place = text == nullptr ? words.end() : std::find(words.begin(), words.end(), *text);
    if (place != words.end()) {
      index = static_cast<std::size_t>(place - words.begin());
    } else {
      Refuse(field.name, Mismatch(*found, "one of " + Listed(words)));
    }
  }
}

void JsonReader::Kind(const FieldName& field, const KindSet& kinds, Choice& choice) {
  if (const json* found = Find(field.name)) {
    ReadChoice(*found, field.name, kinds, choice);
  }
}

void JsonReader::OptionalKind(const FieldName& field, const KindSet& kinds,
                              std::optional<Choice>& choice) {
  if (const json* found = Find(field.name)) {
    if (found->is_null()) {
      choice.reset();
      return;
    }
    choice = choice ? *choice : Choice(*kinds.kinds.front());
    ReadChoice(*found, field.name, kinds, *choice);
  }
}

void JsonReader::Section(const FieldName& field, const Body& body) {
  if (const json* found = Find(field.name)) {
    ReadSection(*found, field.name, body);
  }
}

void JsonReader::OptionalSection(const FieldName& field, bool& present, const Body& body) {
  if (const json* found = Find(field.name)) {
    present = !found->is_null();
    if (present) {
      ReadSection(*found, field.name, body);
    }
  }
}

void JsonReader::Finish() {
  if (context_.error) {
    return;
  }
  for (const auto& [name, value] : object_.items()) {
    if (std::find(asked_.begin(), asked_.end(), name) == asked_.end()) {
      Refuse(name, Error{"unknown field; allowed: " + Listed(asked_)});
      return;
    }
  }
}

const json* JsonReader::Find(std::string_view field) {
  asked_.emplace_back(field);
  if (context_.error) {
    return nullptr;
  }
  const auto found = object_.find(asked_.back());
  return found == object_.end() ? nullptr : &*found;
}

void JsonReader::Refuse(std::string_view field, const Error& error) {
  if (!context_.error) {
    const std::string path = PathOf(field);
    context_.error = Error{path.empty() ? error.message : path + ": " + error.message};
  }
}

std::string JsonReader::PathOf(std::string_view field) const {
  return path_ + (path_.empty() || field.empty() ? "" : ".") + std::string(field);
}

void JsonReader::ReadSection(const json& value, std::string_view field, const Body& body) {
  JsonReader inner(value, PathOf(field), context_);
  body(inner);
  inner.Finish();
}

void JsonReader::ReadChoice(const json& value, std::string_view field, const KindSet& kinds,
                            Choice& choice) {
  if (!kinds.bare_duration.empty() && value.is_string()) {
    const KindSpec& bare = *kinds.kinds.front();
    const auto number = ReadNumber(value, *bare.Find(kinds.bare_duration));
    if (!number) {
      Refuse(field, number.error());
      return;
    }
    choice = Choice(bare);
    choice.Set(kinds.bare_duration, **number);
    return;
  }
  JsonReader inner(value, PathOf(field), context_);
  std::string name = choice.kind();
  const json* given = inner.Find(kKind);
  if (given != nullptr) {
    name = given->is_string() ? given->get<std::string>() : "";
  }
  const KindSpec* kind = kinds.Find(name);
  if (kind == nullptr) {
    const std::string wanted = "one of " + Listed(NamesOf(kinds));
    inner.Refuse(kKind,
                 given == nullptr ? Error{"missing, wanted " + wanted} : Mismatch(*given, wanted));
    return;
  }
  choice = Choice(*kind);
  inner.ReadKindFields(*kind, kinds, choice);
  if (!context_.error && kinds.problem != nullptr) {
    if (const std::optional<std::string> problem = kinds.problem(choice)) {
      Refuse(field, Error{*problem});
    }
  }
}

void JsonReader::ReadKindFields(const KindSpec& kind, const KindSet& kinds, Choice& choice) {
  for (const FieldSpec& spec : kind.fields) {
    if (spec.unit == FieldUnit::kFile) {
      ReadFile(spec, choice);
      continue;
    }
    if (spec.unit == FieldUnit::kChoices) {
      ReadChoices(spec, kinds, choice);
      continue;
    }
    std::optional<double> number;
    Number(spec, number);
    if (number) {
      choice.Set(spec.name, *number);
    }
  }
  Finish();
  for (const FieldSpec& spec : kind.fields) {
    if (!spec.optional && !choice.Has(spec.name)) {
      Refuse(spec.name, Error{"missing, wanted " + Wanted(spec)});
    }
  }
}

void JsonReader::ReadFile(const FieldSpec& spec, Choice& choice) {
  if (const json* found = Find(spec.name)) {
    const std::string* text = AsText(*found);
    if (text == nullptr || text->empty()) {
      Refuse(spec.name, Mismatch(*found, Wanted(spec)));
      return;
    }
    choice.SetText(spec.name, (context_.folder / *text).lexically_normal().string());
  }
}

void JsonReader::ReadChoices(const FieldSpec& spec, const KindSet& kinds, Choice& choice) {
  const json* found = Find(spec.name);
  if (found == nullptr) {
    return;
  }
  if (!found->is_array()) {
    Refuse(spec.name, Mismatch(*found, Wanted(spec)));
    return;
  }
  if (const auto problem = batcher::RangeProblem(spec, static_cast<double>(found->size()))) {
    Refuse(spec.name, Mismatch(*found, Wanted(spec) + ", " + *problem));
    return;
  }
  const KindSet flat = WithoutLists(kinds);
  std::vector<Choice> choices(found->size());
  for (std::size_t i = 0; i < choices.size(); ++i) {
    ReadChoice((*found)[i], AtIndex(spec.name, i), flat, choices[i]);
  }
  choice.SetChoices(spec.name, std::move(choices));
}

}  // namespace scenarios
