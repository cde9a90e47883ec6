#include "bench/sweep_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "batcher/base/time.h"
#include "scenarios/number_text.h"

namespace bench {
namespace {

using batcher::Error;
using batcher::Result;

constexpr std::size_t kMostValues = 1000;

enum class Unit { kDuration, kRate, kNumber };

// Durations as nanoseconds, rates as events per second.
struct Quantity {
  double number = 0;
  Unit unit = Unit::kNumber;
};

std::optional<Quantity> ParseQuantity(std::string_view text) {
  if (const auto number = scenarios::ParseNumber(text); number && *number >= 0) {
    return Quantity{.number = *number, .unit = Unit::kNumber};
  }
  if (const auto time = batcher::ParseDuration(text)) {
    return Quantity{.number = static_cast<double>(time->count()), .unit = Unit::kDuration};
  }
  if (const auto rate = scenarios::ParseRate(text)) {
    return Quantity{.number = *rate, .unit = Unit::kRate};
  }
  return std::nullopt;
}

std::string TextOf(double number, Unit unit) {
  switch (unit) {
    case Unit::kDuration:
      return batcher::FormatDuration(batcher::Duration(std::llround(number)));
    case Unit::kRate:
      return scenarios::FormatRate(number);
    case Unit::kNumber:
      break;
  }
  return scenarios::FormatNumber(number);
}

// To 3 digits, of a power of ten that a double holds exactly.
double Rounded(double number) {
  if (number == 0) {
    return 0;
  }
  const double shift = 2 - std::floor(std::log10(number));
  return shift >= 0 ? std::round(number * std::pow(10, shift)) / std::pow(10, shift)
                    : std::round(number / std::pow(10, -shift)) * std::pow(10, -shift);
}

struct Range {
  Quantity from;
  Quantity to;
  std::string shape;      // "", "lin", "log"
  std::size_t count = 0;  // of lin and log
};

std::vector<double> Numbers(const Range& range) {
  const double from = range.from.number;
  const double to = range.to.number;
  std::vector<double> numbers;
  if (range.shape.empty()) {
    numbers = {from, to};
    for (int power = -9; power <= 18; ++power) {
      for (const int digit : {1, 2, 3, 5}) {
        const double number =
            power < 0 ? digit / std::pow(10, -power) : digit * std::pow(10, power);
        if (number > from && number < to) {
          numbers.push_back(number);
        }
      }
    }
    std::ranges::sort(numbers);
  }
  for (std::size_t i = 0; i < range.count; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(range.count - 1);
    const double number = range.shape == "lin" ? from + (to - from) * share
                                               : Rounded(from * std::pow(to / from, share));
    // The ends are as they were given, whatever the rounding.
    numbers.push_back(i == 0 ? from : i + 1 == range.count ? to : number);
  }
  return numbers;
}

Error Refuse(std::string_view text, std::string_view why) {
  return Error{
      fmt::format("\"{}\": {}; wanted values such as 5ms,20ms or a range such as "
                  "1ms..500ms, 0ms..90ms:lin:10, 1ms..1s:log:7",
                  text, why)};
}

Result<std::size_t> ParseCount(std::string_view text, std::string_view whole) {
  const auto number = scenarios::ParseNumber(text);
  if (!number || *number < 2 || *number > kMostValues || *number != std::floor(*number)) {
    return Refuse(whole,
                  fmt::format("\"{}\" is no number of values from 2 to {}", text, kMostValues));
  }
  return static_cast<std::size_t>(*number);
}

Result<Range> ParseRange(std::string_view text, std::size_t dots) {
  Range range;
  std::string_view to = text.substr(dots + 2);
  if (const std::size_t colon = to.find(':'); colon != std::string_view::npos) {
    const std::string_view shape = to.substr(colon + 1);
    range.shape = shape.substr(0, shape.find(':'));
    if ((range.shape != "lin" && range.shape != "log") || shape.find(':') == shape.npos) {
      return Refuse(text, fmt::format("\"{}\" is neither lin:N nor log:N", shape));
    }
    const Result<std::size_t> count = ParseCount(shape.substr(shape.find(':') + 1), text);
    if (!count) {
      return count.error();
    }
    range.count = *count;
    to = to.substr(0, colon);
  }
  for (const auto& [part, quantity] :
       {std::pair(text.substr(0, dots), &range.from), std::pair(to, &range.to)}) {
    const auto parsed = ParseQuantity(part);
    if (!parsed) {
      return Refuse(text, fmt::format("\"{}\" is no duration, rate or number", part));
    }
    *quantity = *parsed;
  }
  if (range.from.unit != range.to.unit) {
    return Refuse(text, "its ends have different units");
  }
  if (range.from.number >= range.to.number) {
    return Refuse(text, "the range is empty: its end is not above its start");
  }
  if (range.from.number == 0 && range.shape != "lin") {
    return Refuse(text, "equal ratios from 0 lead nowhere: start above 0, or use lin");
  }
  return range;
}

}  // namespace

Result<std::vector<std::string>> ParseSweepValues(std::string_view text) {
  std::vector<std::string> values;
  const std::size_t dots = text.find("..");
  if (dots != std::string_view::npos) {
    const Result<Range> range = ParseRange(text, dots);
    if (!range) {
      return range.error();
    }
    for (const double number : Numbers(*range)) {
      values.push_back(TextOf(number, range->from.unit));
    }
  } else {
    for (std::size_t start = 0; start <= text.size();) {
      const std::size_t comma = std::min(text.find(',', start), text.size());
      values.emplace_back(text.substr(start, comma - start));
      start = comma + 1;
    }
  }
  std::vector<std::string> unique;
  for (const std::string& value : values) {
    if (value.empty()) {
      return Refuse(text, "a value is empty");
    }
    if (std::ranges::find(unique, value) == unique.end()) {
      unique.push_back(value);
    }
  }
  return unique;
}

}  // namespace bench
