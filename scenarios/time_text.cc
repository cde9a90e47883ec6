#include "scenarios/time_text.h"

#include <array>
#include <chrono>
#include <limits>

namespace scenarios {
namespace {

struct NamedUnit {
  TimeUnit unit;
  std::string_view name;
  int exponent;  // of ten, of nanoseconds
  std::string_view meaning;
};

constexpr std::array<NamedUnit, 5> kUnits = {
    {{TimeUnit::kNanoseconds, "ns", 0, "a number of nanoseconds"},
     {TimeUnit::kMicroseconds, "us", 3, "a number of microseconds"},
     {TimeUnit::kMilliseconds, "ms", 6, "a number of milliseconds"},
     {TimeUnit::kSeconds, "s", 9, "a number of seconds"},
     {TimeUnit::kIso, "iso", 0,
      "a time like 2024-05-31T23:59:59.123Z (with a zone in all rows or in none)"}}};

const NamedUnit& RowOf(TimeUnit unit) { return kUnits.at(static_cast<std::size_t>(unit)); }

// Seconds since 1970 that a number is taken for: from 1973 to 2286, so that no two units overlap.
constexpr std::int64_t kEarliestLook = 100'000'000;
constexpr std::int64_t kLatestLook = 10'000'000'000;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes the digits off the front of `text`.
std::string_view TakeDigits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && IsDigit(text[count])) {
    ++count;
  }
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

bool Take(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

// A number of exactly `digits` digits.
std::optional<int> TakeNumber(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) {
    return std::nullopt;
  }
  int number = 0;
  for (const char c : text.substr(0, digits)) {
    if (!IsDigit(c)) {
      return std::nullopt;
    }
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return number;
}

// A decimal number as mantissa and power of ten.
struct Decimal {
  std::uint64_t mantissa = 0;
  int exponent = 0;

  // False: too many digits before the point.
  bool Append(std::string_view digits, bool is_fraction) {
    constexpr std::uint64_t kFull = std::numeric_limits<std::uint64_t>::max() / 10 - 1;
    for (const char c : digits) {
      if (mantissa > kFull) {
        if (!is_fraction) {
          return false;
        }
        continue;  // Far below a nanosecond, whatever the unit, or refused by its size.
      }
      mantissa = mantissa * 10 + static_cast<std::uint64_t>(c - '0');
      exponent -= is_fraction ? 1 : 0;
    }
    return true;
  }

  // Rounded down to a whole number; none: above 64 bits with sign.
  [[nodiscard]] std::optional<std::int64_t> Whole() const {
    constexpr std::uint64_t kLargest = std::numeric_limits<std::int64_t>::max();
    std::uint64_t value = mantissa;
    for (int e = exponent; e < 0 && value > 0; ++e) {
      value /= 10;
    }
    for (int e = exponent; e > 0 && value > 0; --e) {
      if (value > kLargest / 10) {
        return std::nullopt;
      }
      value *= 10;
    }
    return value > kLargest ? std::nullopt : std::optional(static_cast<std::int64_t>(value));
  }
};

// "e+12": the exponent; 0 without one; none: not an exponent, or absurd.
std::optional<int> TakeExponent(std::string_view& text) {
  if (!Take(text, 'e') && !Take(text, 'E')) {
    return 0;
  }
  const bool negative = Take(text, '-');
  if (!negative) {
    Take(text, '+');
  }
  const std::string_view digits = TakeDigits(text);
  if (digits.empty() || digits.size() > 3) {
    return std::nullopt;
  }
  int exponent = 0;
  for (const char c : digits) {
    exponent = exponent * 10 + (c - '0');
  }
  return negative ? -exponent : exponent;
}

// `text` times ten to the `unit_exponent`.
std::optional<std::int64_t> ReadDecimal(std::string_view text, int unit_exponent, bool comma) {
  const bool negative = Take(text, '-');
  Decimal number;
  const std::string_view digits = TakeDigits(text);
  if (!number.Append(digits, false)) {
    return std::nullopt;
  }
  std::string_view fraction;
  if (Take(text, '.') || (comma && Take(text, ','))) {
    fraction = TakeDigits(text);
    number.Append(fraction, true);
  }
  const std::optional<int> exponent = TakeExponent(text);
  if ((digits.empty() && fraction.empty()) || !exponent || !text.empty()) {
    return std::nullopt;
  }
  number.exponent += *exponent + unit_exponent;
  const std::optional<std::int64_t> value = number.Whole();
  return value && negative ? std::optional(-*value) : value;
}

// "12:00:00", less than a day, in seconds.
std::optional<std::int64_t> TakeClock(std::string_view& text) {
  const auto hours = TakeNumber(text, 2);
  const bool first = Take(text, ':');
  const auto minutes = TakeNumber(text, 2);
  const bool second = Take(text, ':');
  const auto seconds = TakeNumber(text, 2);
  if (!hours || !first || !minutes || !second || !seconds) {
    return std::nullopt;
  }
  if (*hours > 23 || *minutes > 59 || *seconds > 60) {  // 60: a leap second.
    return std::nullopt;
  }
  return *hours * 3600 + *minutes * 60 + *seconds;
}

// Days since 1970 of "2024-05-31", within the years that fit 64 bits of nanoseconds.
std::optional<std::int64_t> TakeDate(std::string_view& text) {
  const auto year = TakeNumber(text, 4);
  const bool first = Take(text, '-');
  const auto month = TakeNumber(text, 2);
  const bool second = Take(text, '-');
  const auto day = TakeNumber(text, 2);
  if (!year || !first || !month || !second || !day || *year < 1678 || *year > 2261) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date).time_since_epoch().count();
}

struct ZoneText {
  bool given = false;
  std::int64_t ahead_s = 0;  // of UTC
};

// All of `text` as a zone: "", "Z", "UTC", "+02", "+0200", "+02:00".
std::optional<ZoneText> ReadZone(std::string_view text) {
  Take(text, ' ');
  if (text.empty()) {
    return ZoneText{};
  }
  if (text == "Z" || text == "z" || text == "UTC" || text == "GMT") {
    return ZoneText{.given = true};
  }
  const bool west = Take(text, '-');
  if (!west && !Take(text, '+')) {
    return std::nullopt;
  }
  const auto hours = TakeNumber(text, 2);
  const bool whole_hours = text.empty();
  Take(text, ':');
  const auto minutes = whole_hours ? std::optional(0) : TakeNumber(text, 2);
  if (!hours || !minutes || !text.empty() || *hours > 23 || *minutes > 59) {
    return std::nullopt;
  }
  const std::int64_t ahead_s = *hours * 3600 + *minutes * 60;
  return ZoneText{.given = true, .ahead_s = west ? -ahead_s : ahead_s};
}

}  // namespace

std::optional<TimeUnit> ParseTimeUnit(std::string_view name) {
  for (const NamedUnit& unit : kUnits) {
    if (unit.name == name) {
      return unit.unit;
    }
  }
  return std::nullopt;
}

std::optional<TimeUnit> UnitOfColumn(std::string_view name) {
  const std::size_t at = name.rfind('_');
  const auto unit = at == std::string_view::npos || at == 0 ? std::optional<TimeUnit>()
                                                            : ParseTimeUnit(name.substr(at + 1));
  return unit == TimeUnit::kIso ? std::nullopt : unit;
}

std::optional<TimeUnit> UnitOfLook(std::string_view value, bool decimal_comma) {
  if (TimeReader(TimeUnit::kIso).Read(value)) {
    return TimeUnit::kIso;
  }
  const auto number = TimeReader(TimeUnit::kNanoseconds, decimal_comma).Read(value);
  std::int64_t second = 1'000'000'000;
  for (const NamedUnit& unit : kUnits) {
    if (unit.unit != TimeUnit::kIso && number && *number / second >= kEarliestLook &&
        *number / second < kLatestLook) {
      return unit.unit;
    }
    second /= 1000;
  }
  return std::nullopt;
}

std::string_view NameOf(TimeUnit unit) { return RowOf(unit).meaning; }
std::string_view ShortNameOf(TimeUnit unit) { return RowOf(unit).name; }

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ')) {
    text.remove_prefix(1);
  }
  while (text.ends_with(' ')) {
    text.remove_suffix(1);
  }
  return text;
}

std::optional<std::int64_t> TimeReader::Read(std::string_view text) {
  text = Trimmed(text);
  return unit_ == TimeUnit::kIso ? ReadIso(text)
                                 : ReadDecimal(text, RowOf(unit_).exponent, decimal_comma_);
}

std::optional<std::int64_t> TimeReader::ReadIso(std::string_view text) {
  const std::optional<std::int64_t> days = TakeDate(text);
  const bool separated = Take(text, 'T') || Take(text, 't') || Take(text, ' ');
  const std::optional<std::int64_t> clock_s = TakeClock(text);
  if (!days || !separated || !clock_s) {
    return std::nullopt;
  }
  Decimal fraction;
  if (Take(text, '.') || Take(text, ',')) {
    fraction.Append(TakeDigits(text), true);
    fraction.exponent += 9;
  }
  const std::optional<ZoneText> zone = ReadZone(text);
  const std::optional<std::int64_t> below_s = fraction.Whole();
  if (!zone || !below_s) {
    return std::nullopt;
  }
  const Zone found = zone->given ? Zone::kGiven : Zone::kNone;
  if (zone_ != Zone::kUnknown && zone_ != found) {
    return std::nullopt;
  }
  zone_ = found;
  return (*days * 86400 + *clock_s - zone->ahead_s) * 1'000'000'000 + *below_s;
}

}  // namespace scenarios
