#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "scenarios/json_reader.h"
#include "scenarios/json_value.h"

// Fields that are lists.

namespace scenarios {

using batcher::Choice;
using batcher::Error;
using batcher::Result;
using nlohmann::json;

const json* JsonReader::FindList(std::string_view field, const std::string& wanted) {
  const json* found = Find(field);
  if (found != nullptr && !found->is_array()) {
    Refuse(field, Mismatch(*found, wanted));
    return nullptr;
  }
  return found;
}

void JsonReader::Thresholds(const FieldName& field, std::vector<Threshold>& thresholds) {
  const json* found = FindList(field.name, "a list of texts such as \"latency.p99 <= 300ms\"");
  if (found == nullptr) {
    return;
  }
  thresholds.clear();
  for (std::size_t i = 0; i < found->size(); ++i) {
    const std::string place = AtIndex(field.name, i);
    const std::string* text = AsText((*found)[i]);
    if (text == nullptr) {
      Refuse(place, Mismatch((*found)[i], "a text such as \"latency.p99 <= 300ms\""));
      return;
    }
    const Result<Threshold> threshold = ParseThreshold(*text);
    if (!threshold) {
      Refuse(place, threshold.error());
      return;
    }
    thresholds.push_back(*threshold);
  }
}

void JsonReader::KindList(const FieldName& field, const KindSet& kinds,
                          std::vector<Choice>& choices) {
  const json* found = FindList(field.name, "a list of objects, each with a kind");
  if (found == nullptr) {
    return;
  }
  choices.assign(found->size(), Choice());
  for (std::size_t i = 0; i < choices.size(); ++i) {
    ReadChoice((*found)[i], AtIndex(field.name, i), kinds, choices[i]);
  }
}

}  // namespace scenarios
