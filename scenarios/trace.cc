#include "scenarios/trace.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "batcher/base/check.h"
#include "scenarios/arrival_kinds.h"
#include "scenarios/text_file.h"

namespace scenarios {
namespace {

using batcher::Duration;
using batcher::Error;
using batcher::Instant;
using batcher::Result;

constexpr std::string_view kColumn = "arrival_ns";
constexpr std::size_t kLongestQuote = 60;

// The field of a line in the given column; none if the line has fewer.
std::optional<std::string_view> Field(std::string_view line, std::size_t column) {
  for (; column > 0; --column) {
    const auto comma = line.find(',');
    if (comma == std::string_view::npos) {
      return std::nullopt;
    }
    line.remove_prefix(comma + 1);
  }
  return line.substr(0, line.find(','));
}

std::optional<std::size_t> ColumnOf(std::string_view header) {
  for (std::size_t column = 0;; ++column) {
    const auto field = Field(header, column);
    if (!field) {
      return std::nullopt;
    }
    if (*field == kColumn) {
      return column;
    }
  }
}

Result<Instant> ParseTime(std::string_view line, std::size_t column, double speed) {
  const std::string_view text = Field(line, column).value_or("");
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 0) {
    return Error{"found \"" + std::string(line.substr(0, kLongestQuote)) +
                 "\", wanted a whole number of nanoseconds, at least 0, in column arrival_ns"};
  }
  const double nanoseconds = static_cast<double>(count) / speed;
  if (nanoseconds > kLongestRunNs) {
    return Error{"found " + std::string(text) +
                 ", wanted times from the start of the trace, at most " +
                 batcher::FormatDuration(kLongestRun)};
  }
  return batcher::At(Duration(std::llround(nanoseconds)));
}

// Takes the first line off `rest`, without its end.
std::string_view TakeLine(std::string_view& rest) {
  const auto end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  return line;
}

Error AtLine(const std::string& path, std::size_t line_number, const std::string& what) {
  return Error{path + ":" + std::to_string(line_number) + ": " + what};
}

}  // namespace

Result<Trace> ReadTrace(const std::string& path, double speed) {
  CHECK(speed > 0);
  const Result<std::string> text = ReadTextFile(path, kLargestTextFile);
  if (!text) {
    return text.error();
  }
  std::string_view rest = *text;
  const std::string_view header = TakeLine(rest);
  const std::optional<std::size_t> column = ColumnOf(header);
  if (!column) {
    return AtLine(path, 1,
                  "found \"" + std::string(header.substr(0, kLongestQuote)) +
                      "\", wanted a header with a column arrival_ns");
  }
  auto times = std::make_shared<std::vector<Instant>>();
  for (std::size_t line_number = 2; !rest.empty(); ++line_number) {
    const Result<Instant> at = ParseTime(TakeLine(rest), *column, speed);
    if (!at) {
      return AtLine(path, line_number, at.error().message);
    }
    if (!times->empty() && *at < times->back()) {
      return AtLine(path, line_number,
                    "found " + batcher::FormatDuration(at->time_since_epoch()) +
                        " from the start, wanted at least that of the line before, " +
                        batcher::FormatDuration(times->back().time_since_epoch()));
    }
    times->push_back(*at);
  }
  if (times->empty()) {
    return AtLine(path, 2, "found the end of the file, wanted at least one arrival");
  }
  return Trace(std::move(times));
}

}  // namespace scenarios
