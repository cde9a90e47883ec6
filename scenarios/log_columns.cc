#include "scenarios/log_columns.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "scenarios/log_rows.h"

namespace scenarios {
namespace {

using batcher::Error;
using batcher::Result;

// What columns are called, the likeliest first.
constexpr std::array<std::string_view, 17> kArrivalNames = {
    "arrival",    "intended",     "submitted", "arrived", "enqueued",  "received",
    "started",    "start",        "created",   "time",    "timestamp", "timestamp_utc",
    "@timestamp", "time_iso8601", "msec",      "ts",      "datetime"};
constexpr std::array<std::string_view, 13> kCompletionNames = {
    "completed", "completion", "finished",     "ended", "end", "delivered", "time",
    "timestamp", "@timestamp", "time_iso8601", "msec",  "ts",  "datetime"};
constexpr std::array<std::string_view, 2> kEndedNames = {"delivered", "ended"};
constexpr std::array<std::string_view, 7> kDurationNames = {"duration",
                                                            "latency",
                                                            "elapsed",
                                                            "took",
                                                            "response_time",
                                                            "request_time",
                                                            "upstream_response_time"};
constexpr std::array<std::string_view, 7> kEndings = {"",   "_ns", "_us",  "_ms",
                                                      "_s", "_at", "_time"};

constexpr std::size_t kMostShown = 20;

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

std::string Listed(std::span<const std::string_view> names) {
  std::string text;
  for (const std::string_view name : names) {
    text.append(text.empty() ? "" : ", ").append(name);
  }
  return text;
}

// The names of a log's columns, without letter case.
class Names {
 public:
  explicit Names(const std::vector<std::string>& names) : written_(names) {
    for (const std::string& name : names) {
      lower_.push_back(Lower(Trimmed(name)));
    }
  }

  // The only column of a name that a user gave.
  [[nodiscard]] Result<std::size_t> Given(const std::string& name) const {
    std::vector<std::size_t> found = All(written_, name);
    if (found.empty()) {
      found = All(lower_, Lower(name));
    }
    if (found.size() == 1) {
      return found.front();
    }
    return Error{"found " + (found.empty() ? Shown() : std::to_string(found.size()) + " columns") +
                 ", wanted one column " + Quoted(name) + " as was given"};
  }

  // The only column of a fixed name; none: there is none.
  [[nodiscard]] Result<std::optional<std::size_t>> Fixed(std::string_view name) const {
    const std::vector<std::size_t> found = All(lower_, std::string(name));
    if (found.size() > 1) {
      return Error{"found " + std::to_string(found.size()) + " columns, wanted one column " +
                   Quoted(name)};
    }
    return found.empty() ? std::optional<std::size_t>() : found.front();
  }

  // All columns that are called so, with any ending, the likeliest first.
  [[nodiscard]] std::vector<std::size_t> Like(std::span<const std::string_view> names) const {
    std::vector<std::size_t> found;
    for (const std::string_view name : names) {
      for (const std::string_view ending : kEndings) {
        const std::vector<std::size_t> of_it = All(lower_, std::string(name).append(ending));
        found.insert(found.end(), of_it.begin(), of_it.end());
      }
    }
    return found;
  }

  [[nodiscard]] std::string Shown() const {
    std::string shown = written_.size() == 1 ? "the only column" : "the columns";
    for (std::size_t i = 0; i < std::min(written_.size(), kMostShown); ++i) {
      shown += (i == 0 ? " " : ", ") + Quoted(written_[i]);
    }
    return shown + (written_.size() > kMostShown ? ", ..." : "");
  }

  [[nodiscard]] const std::string& lower(std::size_t column) const { return lower_[column]; }
  [[nodiscard]] bool Has(std::string_view name) const {
    return !All(lower_, std::string(name)).empty();
  }

 private:
  static std::vector<std::size_t> All(const std::vector<std::string>& names,
                                      const std::string& wanted) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == wanted) {
        found.push_back(i);
      }
    }
    return found;
  }

  const std::vector<std::string>& written_;
  std::vector<std::string> lower_;
};

class Choice {
 public:
  Choice(const std::vector<std::string>& names, const CallLogOptions& options)
      : names_(names), options_(options) {}

  Result<LogColumns> Run() {
    for (const auto step : {&Choice::ChooseUnit, &Choice::ChooseTime, &Choice::ChooseDuration,
                            &Choice::ChooseEnded, &Choice::ChooseRest}) {
      if (const auto error = (this->*step)()) {
        return *error;
      }
    }
    return std::move(chosen_);
  }

 private:
  using Problem = std::optional<Error>;

  Problem ChooseUnit() {
    unit_ = ParseTimeUnit(options_.time_unit);
    if (!unit_ && !options_.time_unit.empty()) {
      return Error{"found the time unit " + Quoted(options_.time_unit) +
                   ", wanted ns, us, ms, s or iso"};
    }
    return std::nullopt;
  }

  Problem ChooseTime() {
    const std::span<const std::string_view> likely =
        options_.time_is_completion ? std::span<const std::string_view>(kCompletionNames)
                                    : std::span<const std::string_view>(kArrivalNames);
    const std::vector<std::size_t> found = names_.Like(likely);
    if (!options_.time_column.empty()) {
      const Result<std::size_t> given = names_.Given(options_.time_column);
      if (!given) {
        return given.error();
      }
      chosen_.time.column = *given;
    } else if (found.empty()) {
      return Error{"found " + names_.Shown() +
                   ", wanted a header with a column of times: " + Listed(likely) +
                   ", also with _ns, _us, _ms, _s behind (--time-column names another)"};
    } else if (found.size() > 1 && names_.lower(found[0]) == names_.lower(found[1])) {
      return Error{"found two columns " + Quoted(names_.lower(found[0])) + ", wanted one"};
    } else {
      chosen_.time.column = found.front();
      ChooseOwn();
      if (found.size() > 1 && !chosen_.is_our_own) {
        chosen_.warnings.push_back("Times are those of the column " +
                                   Quoted(names_.lower(found[0])) + "; there is also " +
                                   Quoted(names_.lower(found[1])) + " (--time-column chooses).");
      }
    }
    ChooseOwn();
    chosen_.time.unit = unit_ ? unit_ : UnitOfColumn(names_.lower(chosen_.time.column));
    return std::nullopt;
  }

  void ChooseOwn() {
    const std::string& time = names_.lower(chosen_.time.column);
    chosen_.is_our_own = (time == "intended_ns" || time == "submitted_ns") &&
                         names_.Has("delivered_ns") && names_.Has("dispatched_ns") &&
                         names_.Has("outcome") && names_.Has("batch");
  }

  Problem ChooseDuration() {
    if (!options_.duration_column.empty()) {
      const Result<std::size_t> given = names_.Given(options_.duration_column);
      if (!given) {
        return given.error();
      }
      chosen_.duration = TimeColumn{.column = *given};
    } else if (options_.time_is_completion) {
      const std::vector<std::size_t> found = names_.Like(kDurationNames);
      if (found.empty()) {
        return Error{"found " + names_.Shown() +
                     ", wanted one that tells how long each call took, such as duration_ms, since "
                     "times are those of answers (--duration-column names another)"};
      }
      chosen_.duration = TimeColumn{.column = found.front()};
      if (found.size() > 1) {
        chosen_.warnings.push_back(
            "Durations are those of the column " + Quoted(names_.lower(found[0])) +
            "; there is also " + Quoted(names_.lower(found[1])) + " (--duration-column chooses).");
      }
    } else {
      WarnOfDurations();
      return std::nullopt;
    }
    if (!options_.duration_unit.empty()) {
      chosen_.duration->unit = ParseTimeUnit(options_.duration_unit);
      return std::nullopt;
    }
    const std::string& name = names_.lower(chosen_.duration->column);
    // nginx writes these two in seconds.
    const auto of_name = name == "request_time" || name == "upstream_response_time"
                             ? TimeUnit::kSeconds
                             : UnitOfColumn(name);
    chosen_.duration->unit = of_name || unit_ == TimeUnit::kIso ? of_name : unit_;
    return std::nullopt;
  }

  // Logs of servers are written when a call ends.
  void WarnOfDurations() {
    const std::vector<std::size_t> found = names_.Like(kDurationNames);
    if (!found.empty() && !chosen_.is_our_own) {
      chosen_.warnings.push_back("Times are taken for arrivals, though there is a column " +
                                 Quoted(names_.lower(found.front())) +
                                 ": if they are those of answers, --time-is completion.");
    }
  }

  // A bare "ended" may as well be a yes or no.
  Problem ChooseEnded() {
    for (const std::size_t column : names_.Like(kEndedNames)) {
      const std::string& name = names_.lower(column);
      const bool is_bare =
          std::find(kEndedNames.begin(), kEndedNames.end(), name) != kEndedNames.end();
      if (!chosen_.duration && !chosen_.ended && !is_bare && column != chosen_.time.column) {
        chosen_.ended = TimeColumn{.column = column, .unit = UnitOfColumn(name)};
      }
    }
    return std::nullopt;
  }

  Problem ChooseRest() {
    struct Place {
      std::string_view name;
      std::optional<std::size_t>& column;
    };
    for (const Place& place : {Place{"key", chosen_.key}, Place{"session", chosen_.session},
                               Place{"group", chosen_.group}}) {
      const auto found = names_.Fixed(place.name);
      if (!found) {
        return found.error();
      }
      place.column = *found;
    }
    return std::nullopt;
  }

  Names names_;
  const CallLogOptions& options_;
  std::optional<TimeUnit> unit_;  // as given
  LogColumns chosen_;
};

}  // namespace

Result<LogColumns> ChooseColumns(const std::vector<std::string>& names,
                                 const CallLogOptions& options) {
  return Choice(names, options).Run();
}

}  // namespace scenarios
