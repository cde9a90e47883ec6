#include "batcher/base/time.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

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
      const double nanoseconds = number * static_cast<double>(unit.nanoseconds);
      if (nanoseconds > 9.2e18) {
        return Error{"\"" + std::string(text) + "\" is too long a duration: at most 292 years"};
      }
      return Duration(std::llround(nanoseconds));
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
