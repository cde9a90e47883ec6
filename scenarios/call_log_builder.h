#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/call_log.h"
#include "scenarios/log_clock.h"
#include "scenarios/log_columns.h"
#include "scenarios/text_ids.h"
#include "scenarios/time_text.h"

namespace scenarios {

// The fields of one row; none: the log has no such column.
struct LoggedFields {
  std::size_t line = 0;
  std::string_view text;  // all of the row
  std::string_view time;
  std::optional<std::string_view> ended = {};
  std::optional<std::string_view> duration = {};
  std::optional<std::string_view> key = {};
  std::optional<std::string_view> session = {};
  std::optional<std::string_view> group = {};
};

// Makes the log of the rows that it is told.
class CallLogBuilder {
 public:
  // `names` are those of the columns.
  CallLogBuilder(LogColumns columns, std::vector<std::string> names, bool time_is_completion);

  // The next row. What was found and wanted in which column, if it can't be understood.
  [[nodiscard]] std::optional<std::string> Add(const LoggedFields& fields);
  // A row that is none, or the torn end of the text.
  void Skip(std::size_t line);
  void DropTorn(std::size_t line);

  // What came of it, if it is suitable. To be called once, at the end.
  [[nodiscard]] CallLogOrProblem Build();

 private:
  // Something that happens to rows, told with the first of them.
  struct Occurrence {
    std::size_t count = 0;
    std::size_t line = 0;
    void Add(std::size_t at_line);
  };
  struct Extreme {
    std::int64_t at_ns = 0;
    std::size_t line = 0;
  };

  std::optional<std::string> ChooseUnits(const LoggedFields& fields);
  std::optional<std::string> AddEnd(const LoggedFields& fields, std::int64_t time_ns,
                                    std::int64_t& at_ns, std::optional<std::int64_t>& ended_ns);
  [[nodiscard]] std::optional<std::int64_t> ReadDuration(std::string_view text);
  void Note(std::int64_t at_ns, std::size_t line);
  void Identify(const LoggedFields& fields, LoggedCall& call);
  [[nodiscard]] std::string Wanted(std::size_t column, std::string_view found,
                                   std::string_view wanted) const;

  void Sort();
  [[nodiscard]] std::size_t CountRepeated();
  void TakeKeys(CallLog& log);
  void Warn(CallLog& log);

  LogColumns columns_;
  std::vector<std::string> names_;
  bool time_is_completion_;
  std::optional<TimeReader> time_;  // none: before the first row
  std::optional<TimeReader> ended_;
  std::optional<TimeReader> duration_;

  std::vector<LoggedCall> calls_;      // `at` and `ended` on the log's own clock until Build
  std::vector<std::uint64_t> hashes_;  // of the texts of their rows; empty: rows are times alone
  TextIds keys_;
  TextIds sessions_;
  TextIds groups_;
  LogClock clock_;
  Extreme first_;
  Extreme last_;
  Occurrence skipped_;
  Occurrence torn_;
  Occurrence keyless_;
  Occurrence wrong_ends_;
};

}  // namespace scenarios
