#include "scenarios/call_log_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "batcher/base/time.h"
#include "scenarios/call_log_checks.h"
#include "scenarios/log_rows.h"
#include "scenarios/utf8_text.h"

namespace scenarios {
namespace {

using batcher::At;
using batcher::Duration;
using batcher::Instant;

std::int64_t NsOf(Instant at) { return at.time_since_epoch().count(); }

// The distance of two numbers, which may need 64 bits.
std::uint64_t Between(std::int64_t low, std::int64_t high) {
  return static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
}

}  // namespace

CallLogBuilder::CallLogBuilder(LogColumns columns, std::vector<std::string> names,
                               bool time_is_completion)
    : columns_(std::move(columns)),
      names_(std::move(names)),
      time_is_completion_(time_is_completion) {}

void CallLogBuilder::Occurrence::Add(std::size_t at_line) {
  line = count == 0 ? at_line : line;
  ++count;
}

void CallLogBuilder::Skip(std::size_t line) { skipped_.Add(line); }
void CallLogBuilder::DropTorn(std::size_t line) { torn_.Add(line); }

std::string CallLogBuilder::Wanted(std::size_t column, std::string_view found,
                                   std::string_view wanted) const {
  return fmt::format("column {}: found {}, wanted {}", Quoted(names_[column]), Quoted(found),
                     wanted);
}

std::optional<std::string> CallLogBuilder::ChooseUnits(const LoggedFields& fields) {
  const bool comma = columns_.decimal_comma;
  const auto unit = columns_.time.unit ? columns_.time.unit : UnitOfLook(fields.time, comma);
  if (!unit) {
    const bool is_number = TimeReader(TimeUnit::kNanoseconds, comma).Read(fields.time).has_value();
    return Wanted(columns_.time.column, fields.time,
                  is_number ? "a time whose unit its size or the end of the column's name tells "
                              "(--time-unit gives it: ns, us, ms or s)"
                            : "a time: a number, or like 2024-05-31T23:59:59.123Z");
  }
  time_.emplace(*unit, comma);
  if (columns_.ended) {
    ended_.emplace(columns_.ended->unit.value_or(*unit), comma);
  }
  if (columns_.duration && columns_.duration->unit) {
    duration_.emplace(*columns_.duration->unit, comma);
  }
  return std::nullopt;
}

std::optional<std::int64_t> CallLogBuilder::ReadDuration(std::string_view text) {
  if (duration_) {
    if (const auto number = duration_->Read(text)) {
      return *number >= 0 ? number : std::nullopt;
    }
  }
  const auto with_unit = batcher::ParseDuration(Trimmed(text));
  return with_unit ? std::optional(with_unit->count()) : std::nullopt;
}

// Reads when the call ended, and from that, where times are of answers, when it came.
std::optional<std::string> CallLogBuilder::AddEnd(const LoggedFields& fields, std::int64_t time_ns,
                                                  std::int64_t& at_ns,
                                                  std::optional<std::int64_t>& ended_ns) {
  if (fields.duration) {
    const std::optional<std::int64_t> took_ns = ReadDuration(*fields.duration);
    std::int64_t other_ns = 0;
    const bool fits =
        took_ns && !(time_is_completion_ ? __builtin_sub_overflow(time_ns, *took_ns, &other_ns)
                                         : __builtin_add_overflow(time_ns, *took_ns, &other_ns));
    if (!fits) {
      return Wanted(columns_.duration->column, *fields.duration,
                    duration_ ? std::string(NameOf(duration_->unit())) + ", at least 0"
                              : "a duration with its unit, such as 12ms (or the unit at the end of "
                                "the column's name: _ns, _us, _ms, _s; or --duration-unit)");
    }
    at_ns = time_is_completion_ ? other_ns : time_ns;
    ended_ns = time_is_completion_ ? time_ns : other_ns;
  } else if (fields.ended && !Trimmed(*fields.ended).empty()) {
    ended_ns = ended_->Read(*fields.ended);
    if (!ended_ns) {
      return Wanted(columns_.ended->column, *fields.ended, NameOf(ended_->unit()));
    }
  }
  return std::nullopt;
}

void CallLogBuilder::Note(std::int64_t at_ns, std::size_t line) {
  if (calls_.empty() || at_ns < first_.at_ns) {
    first_ = {.at_ns = at_ns, .line = line};
  }
  if (calls_.empty() || at_ns > last_.at_ns) {
    last_ = {.at_ns = at_ns, .line = line};
  }
}

void CallLogBuilder::Identify(const LoggedFields& fields, LoggedCall& call) {
  if (fields.key && fields.key->empty()) {
    keyless_.Add(fields.line);
    call.key = keys_.IdOf("(no key, line " + std::to_string(fields.line) + ")");
  } else if (fields.key) {
    call.key = keys_.IdOf(*fields.key);
  }
  if (fields.session && !fields.session->empty()) {
    call.session = sessions_.IdOf(*fields.session);
  }
  if (fields.group && !fields.group->empty()) {
    call.group = groups_.IdOf(*fields.group);
  }
}

std::optional<std::string> CallLogBuilder::Add(const LoggedFields& fields) {
  if (!time_) {
    if (auto problem = ChooseUnits(fields)) {
      return problem;
    }
  }
  const std::optional<std::int64_t> time_ns = time_->Read(fields.time);
  if (!time_ns) {
    return Wanted(columns_.time.column, fields.time, NameOf(time_->unit()));
  }
  std::int64_t at_ns = *time_ns;
  std::optional<std::int64_t> ended_ns;
  if (auto problem = AddEnd(fields, *time_ns, at_ns, ended_ns)) {
    return problem;
  }
  if (ended_ns && (*ended_ns < at_ns ||
                   Between(at_ns, *ended_ns) > static_cast<std::uint64_t>(kLongestLog.count()))) {
    wrong_ends_.Add(fields.line);
    ended_ns.reset();
  }
  clock_.Tell(*time_ns, fields.line);
  Note(at_ns, fields.line);
  LoggedCall call{.at = At(Duration(at_ns))};
  if (ended_ns) {
    call.ended = At(Duration(*ended_ns));
  }
  Identify(fields, call);
  calls_.push_back(call);
  if (names_.size() > 1) {
    hashes_.push_back(std::hash<std::string_view>()(fields.text));
  }
  return std::nullopt;
}

void CallLogBuilder::Sort() {
  const auto earlier = [](const LoggedCall& a, const LoggedCall& b) { return a.at < b.at; };
  if (std::is_sorted(calls_.begin(), calls_.end(), earlier)) {
    return;
  }
  std::vector<std::size_t> order(calls_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return earlier(calls_[a], calls_[b]); });
  std::vector<LoggedCall> calls;
  std::vector<std::uint64_t> hashes;
  calls.reserve(calls_.size());
  hashes.reserve(hashes_.size());
  for (const std::size_t i : order) {
    calls.push_back(calls_[i]);
    if (!hashes_.empty()) {
      hashes.push_back(hashes_[i]);
    }
  }
  calls_ = std::move(calls);
  hashes_ = std::move(hashes);
}

// Rows that are word for word like another. Their times are equal, so they are neighbours.
std::size_t CallLogBuilder::CountRepeated() {
  std::size_t repeated = 0;
  for (std::size_t begin = 0, end = 0; begin < hashes_.size(); begin = end) {
    while (end < hashes_.size() && calls_[end].at == calls_[begin].at) {
      ++end;
    }
    const auto first = hashes_.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = hashes_.begin() + static_cast<std::ptrdiff_t>(end);
    std::sort(first, last);
    repeated += static_cast<std::size_t>(last - std::unique(first, last));
  }
  return repeated;
}

void CallLogBuilder::TakeKeys(CallLog& log) {
  if (!columns_.key) {
    for (std::size_t i = 0; i < log.calls.size(); ++i) {
      log.calls[i].key = i;
    }
    return;
  }
  log.keys = keys_.TakeTexts();
  std::size_t converted = 0;
  for (std::string& key : log.keys) {
    if (!IsUtf8(key)) {
      key = FromLatin1(key);
      ++converted;
    }
  }
  if (converted > 0) {
    log.warnings.push_back(fmt::format("Keys that are not UTF-8 are taken for Latin-1 ({} of {}).",
                                       converted, log.keys.size()));
  }
}

void CallLogBuilder::Warn(CallLog& log) {
  const auto warn = [&](const Occurrence& occurrence, const std::string& what) {
    if (occurrence.count > 0) {
      log.warnings.push_back(fmt::format("{} {} {} (the first is line {}).", occurrence.count,
                                         occurrence.count == 1 ? "row" : "rows", what,
                                         occurrence.line));
    }
  };
  log.warnings.insert(log.warnings.end(), columns_.warnings.begin(), columns_.warnings.end());
  for (std::string& warning : clock_.Warnings()) {
    log.warnings.push_back(std::move(warning));
  }
  if (const std::size_t repeated = CountRepeated(); repeated > 0) {
    log.warnings.push_back(
        fmt::format("{} {} another word for word; each counts as a call: is the log doubled?",
                    repeated, repeated == 1 ? "row repeats" : "rows repeat"));
  }
  if (torn_.count > 0) {
    log.warnings.push_back(
        fmt::format("The last row (line {}) is torn and was left out.", torn_.line));
  }
  warn(skipped_, "skipped: blank, or a header again");
  warn(keyless_, "without a key, each taken for a key of its own");
  warn(wrong_ends_, "that end before they begin, or absurdly late: when they ended is not used");
}

CallLogOrProblem CallLogBuilder::Build() {
  if (!calls_.empty() &&
      Between(first_.at_ns, last_.at_ns) > static_cast<std::uint64_t>(kLongestLog.count())) {
    return CallLogProblem{
        .unsuitable = true,
        .message = fmt::format("found times more than {} apart in the lines {} and {}, wanted a "
                               "shorter log (is one of them wrong?)",
                               batcher::FormatDuration(kLongestLog), first_.line, last_.line)};
  }
  Sort();
  CallLog log{.times_from = names_[columns_.time.column] +
                            (time_ ? fmt::format(", {}", ShortNameOf(time_->unit())) : "")};
  Warn(log);
  log.calls = std::move(calls_);
  for (LoggedCall& call : log.calls) {
    call.at = At(Duration(NsOf(call.at) - first_.at_ns));
    if (call.ended) {
      call.ended = At(Duration(NsOf(*call.ended) - first_.at_ns));
    }
  }
  TakeKeys(log);
  log.sessions = sessions_.size();
  log.groups = groups_.size();
  LogVerdict verdict = Judge(log.calls, columns_.is_our_own ? 0 : clock_.step_ns());
  if (verdict.unsuitable) {
    return CallLogProblem{.unsuitable = true, .message = std::move(*verdict.unsuitable)};
  }
  if (verdict.warning) {
    log.warnings.push_back(std::move(*verdict.warning));
  }
  return log;
}

}  // namespace scenarios
