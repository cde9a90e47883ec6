#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "batcher/base/kinds.h"
#include "batcher/base/time.h"
#include "scenarios/kind_set.h"
#include "scenarios/threshold.h"

namespace scenarios {

// Every field of a scenario is described once (sections.h), by handing it to a FieldVisitor. One
// visitor reads it from JSON, one writes it, one makes the tables of the documents: so they can't
// disagree.

struct FieldName {
  std::string_view name;
  std::string_view meaning;  // one sentence
};

class FieldVisitor {
 public:
  using Body = std::function<void(FieldVisitor&)>;

  virtual ~FieldVisitor() = default;

  virtual void Text(const FieldName& field, std::string& value) = 0;

  // In the unit that `spec` holds it in. None ("null") only if the spec is optional.
  virtual void Number(const batcher::FieldSpec& spec, std::optional<double>& value) = 0;

  // One of `words`; `index` is its place there.
  virtual void Word(const FieldName& field, const std::vector<std::string_view>& words,
                    std::size_t& index) = 0;

  virtual void Kind(const FieldName& field, const KindSet& kinds, batcher::Choice& choice) = 0;
  // The same where "null" stands for none.
  virtual void OptionalKind(const FieldName& field, const KindSet& kinds,
                            std::optional<batcher::Choice>& choice) = 0;

  // An object whose fields `body` hands to the visitor that it is given.
  virtual void Section(const FieldName& field, const Body& body) = 0;
  // The same where "null" stands for none; without it `present` is true.
  virtual void OptionalSection(const FieldName& field, bool& present, const Body& body) = 0;

  virtual void Thresholds(const FieldName& field, std::vector<Threshold>& thresholds) = 0;

  // A list of kinds, each named.
  virtual void KindList(const FieldName& field, const KindSet& kinds,
                        std::vector<batcher::Choice>& choices) = 0;

 protected:
  FieldVisitor() = default;
  FieldVisitor(const FieldVisitor&) = default;
  FieldVisitor& operator=(const FieldVisitor&) = default;
};

// A member of any numeric type as the double that a FieldSpec speaks of. Exact up to 2^53, which is
// 104 days in nanoseconds.
template <class T>
double ToNumber(const T& value) {
  if constexpr (std::is_same_v<T, batcher::Duration>) {
    return static_cast<double>(value.count());
  } else {
    return static_cast<double>(value);
  }
}

template <class T>
T FromNumber(double number) {
  if constexpr (std::is_same_v<T, batcher::Duration>) {
    return batcher::Duration(std::llround(number));
  } else if constexpr (std::is_same_v<T, bool>) {
    return number != 0;
  } else {
    return static_cast<T>(number);
  }
}

template <class T>
void VisitNumber(FieldVisitor& visitor, const batcher::FieldSpec& spec, T& member) {
  std::optional<double> number = ToNumber(member);
  visitor.Number(spec, number);
  member = FromNumber<T>(*number);
}

// REQUIRES: spec.optional.
template <class T>
void VisitNumber(FieldVisitor& visitor, const batcher::FieldSpec& spec, std::optional<T>& member) {
  std::optional<double> number;
  if (member) {
    number = ToNumber(*member);
  }
  visitor.Number(spec, number);
  member = number ? std::optional<T>(FromNumber<T>(*number)) : std::nullopt;
}

template <class Enum>
void VisitWord(FieldVisitor& visitor, const FieldName& field,
               const std::vector<std::string_view>& words, Enum& member) {
  auto index = static_cast<std::size_t>(member);
  visitor.Word(field, words, index);
  member = static_cast<Enum>(index);
}

// `describe(visitor, value)` hands the fields of a T to a visitor.
template <class T>
void VisitOptional(FieldVisitor& visitor, const FieldName& field, std::optional<T>& member,
                   void (*describe)(FieldVisitor&, T&)) {
  bool present = member.has_value();
  T value = member.value_or(T{});
  visitor.OptionalSection(field, present, [&](FieldVisitor& inner) { describe(inner, value); });
  member = present ? std::optional<T>(value) : std::nullopt;
}

}  // namespace scenarios
