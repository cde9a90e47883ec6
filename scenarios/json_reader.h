#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/result.h"
#include "scenarios/fields.h"

namespace scenarios {

// What the readers of one scenario share.
struct ReadContext {
  std::filesystem::path folder;         // that paths in the scenario are relative to
  std::optional<batcher::Error> error;  // the first; with one, nothing more is read
};

// Reads the fields of one JSON object, strictly: what the object does not name keeps the value that
// it has, what it names wrongly, or beyond what was asked for, is an error with its path.
class JsonReader final : public FieldVisitor {
 public:
  // `object` and `context` must outlive the reader. `path` is that of the object: "batcher.policy",
  // empty for the whole. Anything but an object is an error.
  JsonReader(const nlohmann::json& object, std::string path, ReadContext& context);

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

  // After all fields were asked for: any other one in the object is an error.
  void Finish();

 private:
  // The value of a field; null if the object has none, or nothing more is to be read.
  const nlohmann::json* Find(std::string_view field);
  // The same; none, and refused, if it is no list.
  const nlohmann::json* FindList(std::string_view field, const std::string& wanted);
  // Notes an error at a field, unless there is one already.
  void Refuse(std::string_view field, const batcher::Error& error);
  [[nodiscard]] std::string PathOf(std::string_view field) const;

  void ReadSection(const nlohmann::json& value, std::string_view field, const Body& body);
  // The kind that is not named is that of `choice`; it must be named if that has none.
  void ReadChoice(const nlohmann::json& value, std::string_view field, const KindSet& kinds,
                  batcher::Choice& choice);
  // The fields of a choice whose kind is `kind`, one of `kinds`, from the object of that choice.
  void ReadKindFields(const batcher::KindSpec& kind, const KindSet& kinds, batcher::Choice& choice);
  void ReadFile(const batcher::FieldSpec& spec, batcher::Choice& choice);
  // A list of choices of those of `kinds` that hold no list themselves.
  void ReadChoices(const batcher::FieldSpec& spec, const KindSet& kinds, batcher::Choice& choice);

  const nlohmann::json& object_;
  std::string path_;
  ReadContext& context_;
  std::vector<std::string>
      asked_;  // Names of the fields that may be there, in the order of asking.
};

}  // namespace scenarios
