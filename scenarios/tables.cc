#include "scenarios/tables.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "scenarios/json_value.h"
#include "scenarios/json_writer.h"
#include "scenarios/sections.h"

namespace scenarios {
namespace {

using batcher::Choice;
using batcher::FieldSpec;
using batcher::FieldUnit;
using batcher::KindSpec;
using nlohmann::ordered_json;

std::string_view UnitName(FieldUnit unit) {
  switch (unit) {
    case FieldUnit::kDuration:
      return "duration";
    case FieldUnit::kRate:
      return "rate";
    case FieldUnit::kCount:
      return "whole number";
    case FieldUnit::kNumber:
      return "number";
    case FieldUnit::kFlag:
      return "true, false";
    case FieldUnit::kFile:
      return "path";
    case FieldUnit::kChoices:
      return "list of kinds";
  }
  return "";
}

std::string Row(std::initializer_list<std::string_view> cells) {
  std::string row = "|";
  for (const std::string_view cell : cells) {
    row += ' ';
    row += cell;
    row += " |";
  }
  return row + "\n";
}

// To the heading of a table of kinds.
std::string LinkTo(const KindSet& kinds) {
  std::string anchor(kinds.title);
  std::transform(anchor.begin(), anchor.end(), anchor.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return "[" + std::string(kinds.title) + "](#" + anchor + ")";
}

std::string Code(const std::string& text) { return "`" + text + "`"; }

constexpr std::string_view kHead = "| field | unit | default | meaning |\n|---|---|---|---|\n";

// Makes one table of the fields that are in no object, then one of each object among them; objects
// within those are rows with a path.
class TableMaker final : public FieldVisitor {
 public:
  // Makes `own`, the table of the fields by themselves, and `others`, the tables of objects.
  TableMaker(std::string prefix, bool objects_are_tables)
      : prefix_(std::move(prefix)), objects_are_tables_(objects_are_tables) {}

  std::string own;
  std::string others;

  void Text(const FieldName& field, std::string& value) override {
    Add(field, "text", Code(ordered_json(value).dump()));
  }
  void Number(const FieldSpec& spec, std::optional<double>& value) override {
    Add({spec.name, spec.meaning},
        std::string(UnitName(spec.unit)) + (spec.optional ? ", null" : "") +
            (spec.automatic ? ", `\"auto\"`" : ""),
        Code(WriteNumber(spec, value).dump()));
  }
  void Word(const FieldName& field, const std::vector<std::string_view>& words,
            std::size_t& index) override {
    std::string all;
    for (const std::string_view word : words) {
      all += (all.empty() ? "" : ", ") + std::string(word);
    }
    Add(field, all, Code(ordered_json(words[index]).dump()));
  }
  void Kind(const FieldName& field, const KindSet& kinds, Choice& choice) override {
    Add(field, LinkTo(kinds), Code(WriteChoice(kinds, choice).dump()));
  }
  void OptionalKind(const FieldName& field, const KindSet& kinds,
                    std::optional<Choice>& choice) override {
    Add(field, LinkTo(kinds) + ", null",
        choice ? Code(WriteChoice(kinds, *choice).dump()) : Code("null"));
  }
  void Section(const FieldName& field, const Body& body) override {
    const std::string path = prefix_ + std::string(field.name);
    TableMaker inner(objects_are_tables_ ? "" : path + ".", false);
    body(inner);
    if (objects_are_tables_) {
      others += "\n### " + path + "\n\n" + std::string(field.meaning) + "\n\n" +
                std::string(kHead) + inner.own;
    } else {
      own += inner.own;
    }
  }
  void OptionalSection(const FieldName& field, bool& present, const Body& body) override {
    Add(field, "object, null", Code(present ? "{}" : "null"));
    Section(field, body);
  }
  void Thresholds(const FieldName& field, std::vector<Threshold>& /*thresholds*/) override {
    Add(field, "list of texts", Code("[]"));
  }
  void EmptyList(const FieldName& field) override { Add(field, "list", Code("[]")); }

 private:
  void Add(const FieldName& field, std::string_view unit, const std::string& fallback) {
    own += Row({Code(prefix_ + std::string(field.name)), unit, fallback, field.meaning});
  }

  std::string prefix_;
  bool objects_are_tables_;
};

std::string FallbackOf(const FieldSpec& spec) {
  if (spec.fallback) {
    return Code(WriteNumber(spec, *spec.fallback).dump());
  }
  return spec.optional ? "none" : "must be given";
}

std::string KindTable(const KindSet& set) {
  std::string table = "\n### " + std::string(set.title) + "\n\n";
  table += "| kind | field | unit | default | meaning |\n|---|---|---|---|---|\n";
  for (const KindSpec* kind : set.kinds) {
    table += Row({Code(std::string(kind->name)), "", "", "", kind->meaning});
    for (const FieldSpec& spec : kind->fields) {
      table += Row(
          {"", Code(std::string(spec.name)), UnitName(spec.unit), FallbackOf(spec), spec.meaning});
    }
  }
  return table;
}

}  // namespace

std::string SectionTables() {
  Scenario scenario;
  TableMaker maker("", true);
  DescribeScenario(maker, scenario);
  return "\n### The scenario\n\n" + std::string(kHead) + maker.own + maker.others;
}

std::string KindTables() {
  std::string tables;
  for (const KindSet* set : KindSets()) {
    tables += KindTable(*set);
  }
  return tables;
}

}  // namespace scenarios
