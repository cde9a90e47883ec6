#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "batcher/base/kinds.h"
#include "batcher/base/result.h"

namespace scenarios {

// One value in JSON: durations and rates are texts with a unit, counts and numbers are numbers,
// flags true or false, "null" is none.

// A number in the unit that `spec` holds it in. One of a wrong type or out of range is an error:
// what was found, what is wanted. None only if the spec is optional. REQUIRES: neither
// a file nor a list.
[[nodiscard]] batcher::Result<std::optional<double>> ReadNumber(const nlohmann::json& value,
                                                                const batcher::FieldSpec& spec);

// What ReadNumber reads back to the same number.
nlohmann::ordered_json WriteNumber(const batcher::FieldSpec& spec,
                                   const std::optional<double>& number);

// What a value of `spec` is, for an error sentence: "a duration with a unit, such as "20ms"".
std::string Wanted(const batcher::FieldSpec& spec);

// `value` as an error sentence shows it: texts and numbers as they stand (but never long), "an
// object".
std::string Shown(const nlohmann::json& value);

// "found 5, wanted a list"
batcher::Error Mismatch(const nlohmann::json& found, const std::string& wanted);

// "slo[0]": the place of an element of a list.
std::string AtIndex(std::string_view field, std::size_t index);

// None: it is no text.
const std::string* AsText(const nlohmann::json& value);

}  // namespace scenarios
