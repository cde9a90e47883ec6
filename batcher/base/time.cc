#include "batcher/base/time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace batcher {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

// Longest first: FormatDuration takes the first that leaves a short number.
constexpr std::array<Unit, 6> kUnits = {{{"h", 3'600'000'000'000},
                                         {"m", 60'000'000'000},
                                         {"s", 1'000'000'000},
                                         {"ms", 1'000'000},
                                         {"us", 1'000},
                                         {"ns", 1}}};

constexpr std::int64_t kLongestNs = 9'200'000'000'000'000'000;

// `number`, digits with at most one point among them, times `unit`; none: above kLongestNs. Not by
// way of a double, which holds 104 days to the nanosecond and no more.
std::optional<std::int64_t> Times(std::string_view number, std::int64_t unit) {
  std::int64_t count = 0;
  const std::string_view whole = number.substr(0, number.find('.'));
  for (const char c : whole) {
    const std::int64_t digit = c - '0';
    if (count > (kLongestNs / unit - digit) / 10) {
      return std::nullopt;
    }
    count = count * 10 + digit;
  }
  count *= unit;
  std::string_view fraction = number.substr(std::min(whole.size() + 1, number.size()));
  for (; !fraction.empty() && unit % 10 == 0; fraction.remove_prefix(1)) {
    unit /= 10;
    count += (fraction.front() - '0') * unit;
  }
  double rest = 0;
  for (; !fraction.empty(); fraction.remove_suffix(1)) {
    rest = (rest + (fraction.back() - '0')) / 10;
  }
  count += std::llround(rest * static_cast<double>(unit));
  return count > kLongestNs ? std::nullopt : std::optional(count);
}

// The same of a number that is written with an exponent: "1e3".
std::optional<std::int64_t> Times(double number, std::int64_t unit) {
  const double count = number * static_cast<double>(unit);
  return count > static_cast<double>(kLongestNs) ? std::nullopt
                                                 : std::optional<std::int64_t>(std::llround(count));
}

Error Refuse(std::string_view text) {
  return Error{"\"" + std::string(text) +
               "\" is not a duration: wanted a number of at least 0 with a unit, such as \"20ms\" "
               "(ns, us, ms, s, m, h)"};
}

// The decimal text of count / unit, without trailing zeros. Exact: at most the digits of the unit.
std::string Decimal(std::int64_t count, std::int64_t unit) {
  std::string text = std::to_string(count / unit);
  std::int64_t rest = count % unit;
  if (rest == 0) {
    return text;
  }
  text += '.';
  while (rest != 0) {
    unit /= 10;
    text += static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
  return text;
}

}  // namespace

Result<Duration> ParseDuration(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || !std::isfinite(number) || number < 0 || std::signbit(number)) {
    return Refuse(text);
  }
  const std::string_view unit_name(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit_name.empty() && number == 0) {
    return Duration(0);
  }
  for (const Unit& unit : kUnits) {
    if (unit.name == unit_name) {
      const std::string_view digits = text.substr(0, text.size() - unit_name.size());
      const auto count = digits.find_first_of("eE") == std::string_view::npos
                             ? Times(digits, unit.nanoseconds)
                             : Times(number, unit.nanoseconds);
      if (!count) {
        return Error{"\"" + std::string(text) + "\" is too long a duration: at most 292 years"};
      }
      return Duration(*count);
    }
  }
  return Refuse(text);
}

std::string FormatDuration(Duration d) {
  const std::int64_t count = d.count();
  if (count < 0) {
    return std::string("-").append(FormatDuration(-d));
  }
  if (count == 0) {
    return "0ms";
  }
  // Minutes and hours only when whole; else the largest unit of ten that is not below 1.
  for (const Unit& unit : kUnits) {
    const bool sexagesimal = unit.nanoseconds > 1'000'000'000;
    if (sexagesimal ? count % unit.nanoseconds == 0 : count >= unit.nanoseconds) {
      return Decimal(count, unit.nanoseconds) + std::string(unit.name);
    }
  }
  return std::to_string(count) + "ns";
}

}  // namespace batcher
