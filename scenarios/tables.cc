#include "scenarios/tables.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "batcher/base/check.h"
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

// "single, submit"
std::string Listed(const std::vector<std::string_view>& words) {
  std::string all;
  for (const std::string_view word : words) {
    all += (all.empty() ? "" : ", ") + std::string(word);
  }
  return all;
}

std::string UnitName(const FieldSpec& spec) {
  switch (spec.unit) {
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
    case FieldUnit::kWords:
      return "list of " + Listed(spec.words);
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
        UnitName(spec) + (spec.optional ? ", null" : "") + (spec.automatic ? ", `\"auto\"`" : ""),
        Code(WriteNumber(spec, value).dump()));
  }
  void Word(const FieldName& field, const std::vector<std::string_view>& words,
            std::size_t& index) override {
    Add(field, Listed(words), Code(ordered_json(words[index]).dump()));
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
  void KindList(const FieldName& field, const KindSet& kinds,
                std::vector<Choice>& /*choices*/) override {
    Add(field, "list of " + LinkTo(kinds), Code("[]"));
  }

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

std::string FieldRow(const FieldSpec& spec) {
  return Row({"", Code(std::string(spec.name)), UnitName(spec), FallbackOf(spec), spec.meaning});
}

// The fields that many kinds share, each as one of the kinds has it, and those without it.
std::string SharedRows(const KindSet& set) {
  std::string rows;
  for (const std::string_view name : set.shared) {
    std::string without;
    const FieldSpec* spec = nullptr;
    for (const KindSpec* kind : set.kinds) {
      const FieldSpec* const own = kind->Find(name);
      spec = own != nullptr ? own : spec;
      without += own != nullptr ? "" : (without.empty() ? "" : ", ") + std::string(kind->name);
    }
    CHECK(spec != nullptr);  // shared: some kind has it
    rows += Row({without.empty() ? "(each)" : "(each but " + without + ")", Code(std::string(name)),
                 UnitName(*spec), FallbackOf(*spec), spec->meaning});
  }
  return rows;
}

std::string KindTable(const KindSet& set) {
  std::string table = "\n### " + std::string(set.title) + "\n\n";
  table += "| kind | field | unit | default | meaning |\n|---|---|---|---|---|\n";
  table += SharedRows(set);
  for (const KindSpec* kind : set.kinds) {
    table += Row({Code(std::string(kind->name)), "", "", "", kind->meaning});
    for (const FieldSpec& spec : kind->fields) {
      const bool shared = std::ranges::find(set.shared, spec.name) != set.shared.end();
      table += shared ? "" : FieldRow(spec);
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
