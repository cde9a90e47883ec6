#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/result.h"
#include "batcher/base/time.h"

namespace batcher {

// Things that come in named kinds with fields (policies, polls, latencies, arrivals, keys) are each
// listed in a registry of rows. The loader of scenario files, --help, the tables of the documents
// and the error sentences are all made from the same rows.

enum class FieldUnit {
  kDuration,  // "20ms"; held as nanoseconds
  kRate,      // "200/s"; held as events per second
  kCount,     // a whole number
  kNumber,    // any number
  kFlag,      // true or false; held as 1 or 0
  kFile,      // a path; held as text
  kChoices,   // a list of kinds of the same registry; the limits are those of its length
  kWords,     // a list of some of `words`; held as a number whose bit i stands for the i-th of them
};

struct FieldSpec {
  std::string_view name;
  FieldUnit unit = FieldUnit::kNumber;
  std::string_view meaning;  // what it is, what its extremes do: one sentence
  std::optional<double> fallback =
      {};              // the default, in the unit that it is held in; none: the field must be given
  double minimum = 0;  // inclusive
  double maximum = 9.0e18;  // inclusive
  bool optional = false;    // may be left out and then has no value at all (no `fallback`)
  bool automatic = false;   // may be "auto", held as 0 until whoever reads it has worked it out
  std::vector<std::string_view> words = {};  // of kWords: at most 32, each a different one
};

// One row of a registry, less its factory.
struct KindSpec {
  std::string_view name;
  std::string_view meaning;  // one sentence: what it does and what it is for
  std::vector<FieldSpec> fields;

  [[nodiscard]] const FieldSpec* Find(std::string_view field) const;
};

// A chosen kind with a value for each of its fields: what a scenario file holds. A plain value.
class Choice {
 public:
  Choice() = default;
  // Takes the fallbacks of `spec`; a field without one stays unset until Set.
  explicit Choice(const KindSpec& spec);

  [[nodiscard]] const std::string& kind() const { return kind_; }

  void Set(std::string_view field, double value);
  void SetText(std::string_view field, std::string text);
  void SetChoices(std::string_view field, std::vector<Choice> choices);

  // REQUIRES of the five below: the field has a value (see Has).
  [[nodiscard]] double Number(std::string_view field) const;
  [[nodiscard]] Duration Time(std::string_view field) const;
  [[nodiscard]] std::size_t Count(std::string_view field) const;
  [[nodiscard]] const std::string& Text(std::string_view field) const;
  [[nodiscard]] const std::vector<Choice>& Choices(std::string_view field) const;
  [[nodiscard]] bool Has(std::string_view field) const;
  // The time of a field that may have none.
  [[nodiscard]] std::optional<Duration> TimeIfAny(std::string_view field) const;

 private:
  struct Value {
    std::string field;
    double number = 0;
    std::string text;
    std::vector<Choice> choices;
  };
  // The value of a field, made if there is none.
  Value& FindOrMake(std::string_view field);
  // The value of a field; null if there is none.
  [[nodiscard]] const Value* Find(std::string_view field) const;
  // REQUIRES: there is one.
  [[nodiscard]] const Value& Get(std::string_view field) const;

  std::string kind_;
  std::vector<Value> values_;
};

// Why `value` does not fit `field`, as the end of a sentence ("at most 1"), or none if it does fit.
[[nodiscard]] std::optional<std::string> RangeProblem(const FieldSpec& field, double value);

}  // namespace batcher
