#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "batcher/base/result.h"
#include "scenarios/call_log.h"
#include "scenarios/time_text.h"

namespace scenarios {

// A column of times, and their unit if its name or the options tell.
struct TimeColumn {
  std::size_t column = 0;
  std::optional<TimeUnit> unit = {};
};

// Which columns of a log mean what.
struct LogColumns {
  TimeColumn time;
  std::optional<TimeColumn> ended = {};     // when calls had their answers
  std::optional<TimeColumn> duration = {};  // excludes `ended`
  std::optional<std::size_t> key = {};
  std::optional<std::size_t> session = {};
  std::optional<std::size_t> group = {};
  // The harness wrote the log: times are exact, and that all are multiples of 10 s is the truth.
  bool is_our_own = false;
  bool decimal_comma = false;  // numbers may have one; the rows know, not their names
  std::vector<std::string> warnings = {};
};

// Finds the columns by the rules of CallLogOptions. An error says what was found and wanted; where,
// the caller knows.
[[nodiscard]] batcher::Result<LogColumns> ChooseColumns(const std::vector<std::string>& names,
                                                        const CallLogOptions& options);

}  // namespace scenarios
