#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/fields.h"

namespace scenarios {

// Writes every field, with the value that it has, into one JSON object, in the order of the
// description.
class JsonWriter final : public FieldVisitor {
 public:
  // `object` must outlive the writer.
  explicit JsonWriter(nlohmann::ordered_json& object);

  void Text(const FieldName& field, std::string& value) override;
  void Number(const batcher::FieldSpec& spec, std::optional<double>& value) override;
  void Word(const FieldName& field, const std::vector<std::string_view>& words,
            std::size_t& index) override;
  void Kind(const FieldName& field, const KindSet& kinds, batcher::Choice& choice) override;
  void OptionalKind(const FieldName& field, const KindSet& kinds,
                    std::optional<batcher::Choice>& choice) override;
  void Section(const FieldName& field, const Body& body) override;
  void OptionalSection(const FieldName& field, bool& present, const Body& body) override;
  void Thresholds(const FieldName& field, std::vector<Threshold>& thresholds) override;
  void KindList(const FieldName& field, const KindSet& kinds,
                std::vector<batcher::Choice>& choices) override;

 private:
  void Put(std::string_view field, nlohmann::ordered_json value);

  nlohmann::ordered_json& object_;
};

// {"kind": "window", "window": "10ms"}; a field without a value is null. REQUIRES: the choice is of
// `kinds`.
nlohmann::ordered_json WriteChoice(const KindSet& kinds, const batcher::Choice& choice);

}  // namespace scenarios
