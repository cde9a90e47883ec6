#include "bench/timings_file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include "batcher/core/outcome.h"
#include "scenarios/number_text.h"

namespace bench {
namespace {

using batcher::Error;
using batcher::Result;

constexpr double kLongestMs = 3600e3;
constexpr double kLargestSize = 1e6;
constexpr std::size_t kLongestQuote = 60;

using Cells = std::vector<std::string_view>;

// How much of a millisecond one unit is, by the end of a column's name.
struct Unit {
  std::string_view name;
  double ms = 1;
};
constexpr std::array<Unit, 9> kUnits = {{{"ms", 1},
                                         {"milliseconds", 1},
                                         {"s", 1e3},
                                         {"sec", 1e3},
                                         {"seconds", 1e3},
                                         {"us", 1e-3},
                                         {"microseconds", 1e-3},
                                         {"ns", 1e-6},
                                         {"nanoseconds", 1e-6}}};
constexpr std::array<std::string_view, 6> kSizeNames = {"size",    "n",     "items",
                                                        "entries", "calls", "batch_size"};

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char character) {
    return static_cast<char>(std::tolower(character));
  });
  return lower;
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kAround = " \t\r\"";
  const auto first = text.find_first_not_of(kAround);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kAround) - first + 1);
}

Cells Split(std::string_view line) {
  Cells cells;
  while (true) {
    const auto end = line.find_first_of(",;\t");
    cells.push_back(Trimmed(line.substr(0, end)));
    if (end == std::string_view::npos) {
      return cells;
    }
    line.remove_prefix(end + 1);
  }
}

// The unit at the end of a name, after its last underscore.
std::optional<double> UnitOf(const std::string& name) {
  const std::string_view last = std::string_view(name).substr(name.rfind('_') + 1);
  const auto* const unit = std::ranges::find(kUnits, last, &Unit::name);
  return unit == kUnits.end() ? std::nullopt : std::optional(unit->ms);
}

// The lines of one file, from the first on; empty ones are skipped.
class Lines {
 public:
  Lines(std::string_view text, const std::string& path) : rest_(text), path_(path) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (rest_.starts_with(kByteOrderMark)) {
      rest_.remove_prefix(kByteOrderMark.size());
    }
  }

  // False at the end.
  bool Next() {
    while (!rest_.empty()) {
      const auto end = rest_.find('\n');
      line_ = Trimmed(rest_.substr(0, end));
      rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
      ++number_;
      if (!line_.empty()) {
        return true;
      }
    }
    return false;
  }

  [[nodiscard]] std::string_view line() const { return line_; }
  [[nodiscard]] Error Wanted(const std::string& wanted) const {
    return {path_ + ":" + std::to_string(number_) + ": found \"" +
            std::string(line_.substr(0, kLongestQuote)) + "\", wanted " + wanted};
  }

 private:
  std::string_view rest_;
  std::string_view line_;
  const std::string& path_;
  std::size_t number_ = 0;
};

std::optional<double> NumberAt(const Cells& cells, std::size_t column) {
  return column < cells.size() ? scenarios::ParseNumber(cells[column]) : std::nullopt;
}

std::optional<std::size_t> SizeAt(const Cells& cells, std::size_t column) {
  const std::optional<double> number = NumberAt(cells, column);
  if (!number || *number < 1 || *number > kLargestSize || *number != std::floor(*number)) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(*number);
}

bool IsTime(double ms) { return ms > 0 && ms <= kLongestMs; }

// Where the columns of sizes.csv are, and what a time there is in milliseconds.
struct SizesColumns {
  std::size_t size = 0;
  std::size_t time = 1;
  double ms = 1;
};

std::optional<SizesColumns> FindSizesColumns(const Cells& header) {
  SizesColumns columns;
  bool has_size = false;
  bool has_time = false;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string name = Lower(header[i]);
    const std::optional<double> unit = UnitOf(name);
    if (!has_size && std::ranges::find(kSizeNames, name) != kSizeNames.end()) {
      columns.size = i;
      has_size = true;
    } else if (!has_time && unit) {
      columns.time = i;
      columns.ms = *unit;
      has_time = true;
    }
  }
  return has_size && has_time ? std::optional(columns) : std::nullopt;
}

// REQUIRES: the first line was read, and is a header or a timing.
Result<TimingsFile> ParseSizes(Lines& lines) {
  SizesColumns columns;
  const Cells first = Split(lines.line());
  bool more = true;
  if (!NumberAt(first, 0)) {
    const std::optional<SizesColumns> found = FindSizesColumns(first);
    if (!found) {
      return lines.Wanted(
          "a header such as size,ms (the time with its unit: ms, s, us, ns), or a "
          "first timing such as 50,104.2");
    }
    columns = *found;
    more = lines.Next();
  }
  TimingsFile timings;
  for (; more; more = lines.Next()) {
    const Cells cells = Split(lines.line());
    const std::optional<std::size_t> size = SizeAt(cells, columns.size);
    if (!size) {
      return lines.Wanted("as size a whole number of calls, 1 to 1000000");
    }
    const double ms = NumberAt(cells, columns.time).value_or(0) * columns.ms;
    if (!IsTime(ms)) {
      return lines.Wanted("a size and a time, a number above 0 and at most an hour");
    }
    if (*size == 1) {
      timings.singles_ms.push_back(ms);
    } else {
      timings.batches.push_back({.size = *size, .ms = ms});
    }
  }
  return timings;
}

std::optional<std::size_t> Find(const Cells& header, std::string_view name) {
  const auto found = std::ranges::find(header, name);
  return found == header.end() ? std::nullopt
                               : std::optional(static_cast<std::size_t>(found - header.begin()));
}

struct LogColumns {
  std::size_t endpoint = 0;
  std::size_t entries = 0;
  std::size_t attempted = 0;
  std::size_t answered = 0;
  std::optional<std::size_t> outcome;  // none: all were answered
};

std::optional<LogColumns> FindLogColumns(const Cells& header) {
  const auto endpoint = Find(header, "endpoint");
  const auto entries = Find(header, "entries");
  const auto attempted = Find(header, "attempted_ns");
  const auto answered = Find(header, "answered_ns");
  if (!endpoint || !entries || !attempted || !answered) {
    return std::nullopt;
  }
  return LogColumns{.endpoint = *endpoint,
                    .entries = *entries,
                    .attempted = *attempted,
                    .answered = *answered,
                    .outcome = Find(header, "outcome")};
}

std::string_view TextAt(const Cells& cells, std::size_t column) {
  return column < cells.size() ? cells[column] : std::string_view();
}

Result<TimingsFile> ParseLog(Lines& lines, const LogColumns& columns) {
  const std::string_view answered = Name(batcher::Outcome::kValue);
  const std::string_view single = Name(batcher::EndpointKind::kSingle);
  TimingsFile timings{.singles_ms = {}, .batches = {}, .log = true};
  while (lines.Next()) {
    const Cells cells = Split(lines.line());
    if (columns.outcome && TextAt(cells, *columns.outcome) != answered) {
      continue;
    }
    const std::string_view endpoint = TextAt(cells, columns.endpoint);
    if (endpoint != single && endpoint != Name(batcher::EndpointKind::kBatch)) {
      return lines.Wanted("single or batch in column endpoint");
    }
    const std::optional<std::size_t> size = SizeAt(cells, columns.entries);
    if (!size) {
      return lines.Wanted("a whole number from 1 in column entries");
    }
    const std::optional<double> from = NumberAt(cells, columns.attempted);
    const std::optional<double> until = NumberAt(cells, columns.answered);
    const double ms = from && until ? (*until - *from) / 1e6 : 0;
    if (!IsTime(ms)) {
      return lines.Wanted(
          "whole nanoseconds in columns attempted_ns and answered_ns, the answer "
          "later by at most an hour");
    }
    if (endpoint == single) {
      timings.singles_ms.push_back(ms);
    } else {
      timings.batches.push_back({.size = *size, .ms = ms});
    }
  }
  return timings;
}

}  // namespace

Result<TimingsFile> ParseTimings(std::string_view text, const std::string& path) {
  Lines lines(text, path);
  if (!lines.Next()) {
    return Error{path + ": found an empty file, wanted timings: a line for each, size,ms"};
  }
  const std::optional<LogColumns> columns = FindLogColumns(Split(lines.line()));
  return columns ? ParseLog(lines, *columns) : ParseSizes(lines);
}

}  // namespace bench
