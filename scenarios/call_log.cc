#include "scenarios/call_log.h"

#include <algorithm>
#include <utility>

#include "batcher/base/result.h"
#include "scenarios/call_log_builder.h"
#include "scenarios/log_columns.h"
#include "scenarios/log_rows.h"
#include "scenarios/text_file.h"

namespace scenarios {
namespace {

using batcher::Error;
using batcher::Result;

std::string NameOf(const CallLogOptions& options) {
  return options.path == "-" ? "standard input" : options.path;
}

// The columns of interest, in the order in which rows tell their fields.
struct Slots {
  std::vector<std::size_t> columns = {};

  std::optional<std::size_t> Add(std::optional<std::size_t> column) {
    if (!column) {
      return std::nullopt;
    }
    columns.push_back(*column);
    return columns.size() - 1;
  }
};

// Takes the rows of one text in turn.
class Reading {
 public:
  Reading(LogRows& rows, LogColumns columns, const CallLogOptions& options)
      : rows_(rows),
        columns_(std::move(columns)),
        builder_(columns_, rows.columns(), options.time_is_completion) {
    time_ = *slots_.Add(columns_.time.column);
    ended_ = slots_.Add(ColumnOf(columns_.ended));
    duration_ = slots_.Add(ColumnOf(columns_.duration));
    key_ = slots_.Add(columns_.key);
    session_ = slots_.Add(columns_.session);
    group_ = slots_.Add(columns_.group);
    rows_.Want(slots_.columns);
  }

  // Reads all. What is wrong, with the line in front; none: nothing is.
  std::optional<Error> Run() {
    LogRow row;
    for (;;) {
      const RowState state = rows_.Next(row);
      if (state == RowState::kEnd) {
        return std::nullopt;
      }
      std::optional<std::string> problem;
      if (state == RowState::kUnreadable) {
        problem = row.problem;
      } else if (state == RowState::kBlank || IsHeaderAgain(row)) {
        builder_.Skip(row.line);
      } else if (IsCut(row)) {
        problem = "found a time that is cut";
      } else {
        problem = builder_.Add(FieldsOf(row));
        last_time_.assign(row.fields[time_]);
      }
      if (problem && row.is_open && row.text.find('\n') == std::string_view::npos) {
        builder_.DropTorn(row.line);
      } else if (problem) {
        return Error{std::to_string(row.line) + ": " + *problem};
      }
    }
  }

  CallLogBuilder& builder() { return builder_; }

 private:
  static std::optional<std::size_t> ColumnOf(const std::optional<TimeColumn>& column) {
    return column ? std::optional(column->column) : std::nullopt;
  }

  // Logs that were put behind each other have a header each.
  [[nodiscard]] bool IsHeaderAgain(const LogRow& row) const {
    return row.fields[time_] == rows_.columns()[columns_.time.column];
  }

  // Whether the text ends within the time: digits at its end were never written, and it would be
  // taken for a much earlier one. Where only a fraction is cut, it is right within the fraction.
  [[nodiscard]] bool IsCut(const LogRow& row) const {
    return row.is_open && columns_.time.column + 1 == rows_.columns().size() &&
           row.fields[time_].size() < last_time_.size() &&
           row.fields[time_].find('.') == std::string_view::npos;
  }

  [[nodiscard]] LoggedFields FieldsOf(const LogRow& row) const {
    const auto field = [&](std::optional<std::size_t> slot) {
      return slot ? std::optional(row.fields[*slot]) : std::nullopt;
    };
    return {.line = row.line,
            .text = row.text,
            .time = row.fields[time_],
            .ended = field(ended_),
            .duration = field(duration_),
            .key = field(key_),
            .session = field(session_),
            .group = field(group_)};
  }

  LogRows& rows_;
  LogColumns columns_;
  CallLogBuilder builder_;
  Slots slots_;
  std::size_t time_ = 0;
  std::optional<std::size_t> ended_;
  std::optional<std::size_t> duration_;
  std::optional<std::size_t> key_;
  std::optional<std::size_t> session_;
  std::optional<std::size_t> group_;
  std::string last_time_;  // of the row before
};

}  // namespace

CallLogOrProblem ParseCallLog(std::string_view text, const CallLogOptions& options) {
  const std::string name = NameOf(options) + ": ";
  Result<std::unique_ptr<LogRows>> rows = OpenLogRows(text);
  if (!rows) {
    return CallLogProblem{.message = name + rows.error().message};
  }
  Result<LogColumns> columns = ChooseColumns((*rows)->columns(), options);
  if (!columns) {
    return CallLogProblem{.message = name + columns.error().message};
  }
  columns->decimal_comma = (*rows)->decimal_comma();
  Reading reading(**rows, *columns, options);
  if (const auto error = reading.Run()) {
    return CallLogProblem{.message = NameOf(options) + ":" + error->message};
  }
  CallLogOrProblem built = reading.builder().Build();
  if (auto* problem = std::get_if<CallLogProblem>(&built)) {
    problem->message = name + problem->message;
  }
  return built;
}

CallLogOrProblem ReadCallLog(const CallLogOptions& options) {
  const Result<std::string> text = options.path == "-"
                                       ? ReadStandardInput(kLargestTextFile)
                                       : ReadTextFile(options.path, kLargestTextFile);
  if (!text) {
    return CallLogProblem{.message = text.error().message};
  }
  return ParseCallLog(*text, options);
}

}  // namespace scenarios
