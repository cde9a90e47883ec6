#include "scenarios/json_writer.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "batcher/base/check.h"
#include "scenarios/json_value.h"

namespace scenarios {

using batcher::Choice;
using batcher::FieldSpec;
using batcher::FieldUnit;
using nlohmann::ordered_json;

JsonWriter::JsonWriter(ordered_json& object) : object_(object) { object_ = ordered_json::object(); }

void JsonWriter::Text(const FieldName& field, std::string& value) { Put(field.name, value); }

void JsonWriter::Number(const FieldSpec& spec, std::optional<double>& value) {
  Put(spec.name, WriteNumber(spec, value));
}

void JsonWriter::Word(const FieldName& field, const std::vector<std::string_view>& words,
                      std::size_t& index) {
  Put(field.name, words.at(index));
}

void JsonWriter::Kind(const FieldName& field, const KindSet& kinds, Choice& choice) {
  Put(field.name, WriteChoice(kinds, choice));
}

void JsonWriter::OptionalKind(const FieldName& field, const KindSet& kinds,
                              std::optional<Choice>& choice) {
  Put(field.name, choice ? WriteChoice(kinds, *choice) : ordered_json());
}

void JsonWriter::Section(const FieldName& field, const Body& body) {
  ordered_json object;
  JsonWriter inner(object);
  body(inner);
  Put(field.name, std::move(object));
}

void JsonWriter::OptionalSection(const FieldName& field, bool& present, const Body& body) {
  if (present) {
    Section(field, body);
  } else {
    Put(field.name, nullptr);
  }
}

void JsonWriter::Thresholds(const FieldName& field, std::vector<Threshold>& thresholds) {
  ordered_json list = ordered_json::array();
  for (const Threshold& threshold : thresholds) {
    list.push_back(FormatThreshold(threshold));
  }
  Put(field.name, std::move(list));
}

void JsonWriter::KindList(const FieldName& field, const KindSet& kinds,
                          std::vector<Choice>& choices) {
  ordered_json list = ordered_json::array();
  for (const Choice& choice : choices) {
    list.push_back(WriteChoice(kinds, choice));
  }
  Put(field.name, std::move(list));
}

void JsonWriter::Put(std::string_view field, ordered_json value) {
  object_[std::string(field)] = std::move(value);
}

ordered_json WriteChoice(const KindSet& kinds, const Choice& choice) {
  const batcher::KindSpec* kind = kinds.Find(choice.kind());
  CHECK(kind != nullptr);
  ordered_json object = {{"kind", choice.kind()}};
  for (const FieldSpec& spec : kind->fields) {
    const std::string name(spec.name);
    if (!choice.Has(name)) {
      object[name] = nullptr;
    } else if (spec.unit == FieldUnit::kFile) {
      object[name] = choice.Text(name);
    } else if (spec.unit == FieldUnit::kChoices) {
      object[name] = ordered_json::array();
      for (const Choice& part : choice.Choices(name)) {
        object[name].push_back(WriteChoice(kinds, part));
      }
    } else {
      object[name] = WriteNumber(spec, choice.Number(name));
    }
  }
  return object;
}

}  // namespace scenarios
