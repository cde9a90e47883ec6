#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "scenarios/call_log.h"

namespace scenarios {

// What comes of a text, read as a file "log.csv".
inline CallLogOrProblem Parsed(std::string_view text, CallLogOptions options = {}) {
  options.path = "log.csv";
  return ParseCallLog(text, options);
}

// The log of a text that must be good.
inline CallLog LogOf(std::string_view text, CallLogOptions options = {}) {
  CallLogOrProblem parsed = Parsed(text, std::move(options));
  if (const auto* problem = std::get_if<CallLogProblem>(&parsed)) {
    ADD_FAILURE() << problem->message;
    return {};
  }
  return std::get<CallLog>(std::move(parsed));
}

// What is wrong with a text; "" if nothing is.
inline CallLogProblem ProblemOf(std::string_view text, CallLogOptions options = {}) {
  CallLogOrProblem parsed = Parsed(text, std::move(options));
  const auto* problem = std::get_if<CallLogProblem>(&parsed);
  return problem == nullptr ? CallLogProblem{} : *problem;
}

// Numbers of milliseconds whose gaps are all but regular: 0, 37, 111 ... 300 of them take 22 s.
inline std::int64_t TestMs(int i) {
  const std::int64_t n = i;
  return n * 74 - (n % 2) * 37 + (n % 7) * 3;
}

// A log of `count` rows: a header, then for each row what `row` makes of its number.
template <class Row>
std::string RowsOf(const std::string& header, int count, const Row& row) {
  std::string text = header + "\n";
  for (int i = 0; i < count; ++i) {
    text += row(i) + "\n";
  }
  return text;
}

}  // namespace scenarios
