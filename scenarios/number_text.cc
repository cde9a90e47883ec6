#include "scenarios/number_text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace scenarios {
namespace {

struct RateUnit {
  std::string_view name;
  double seconds;
};

constexpr std::array<RateUnit, 3> kRateUnits = {{{"/s", 1}, {"/m", 60}, {"/h", 3600}}};

batcher::Error Refuse(std::string_view text) {
  return batcher::Error{"\"" + std::string(text) +
                        "\" is not a rate: wanted a number of at least 0 and a unit, such as "
                        "\"200/s\" (/s, /m, /h)"};
}

}  // namespace

std::optional<double> ParseNumber(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

std::string FormatNumber(double number) {
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? std::string(text.data(), end) : std::string();
}

batcher::Result<double> ParseRate(std::string_view text) {
  for (const RateUnit& unit : kRateUnits) {
    if (text.ends_with(unit.name)) {
      const auto number = ParseNumber(text.substr(0, text.size() - unit.name.size()));
      if (!number || *number < 0 || std::signbit(*number)) {
        return Refuse(text);
      }
      return *number / unit.seconds;
    }
  }
  return Refuse(text);
}

std::string FormatRate(double rate_per_second) {
  std::string shortest = FormatNumber(rate_per_second) + "/s";
  for (const RateUnit& unit : kRateUnits) {
    const double number = rate_per_second * unit.seconds;
    std::string text = FormatNumber(number) + std::string(unit.name);
    if (text.size() < shortest.size() && number / unit.seconds == rate_per_second) {
      shortest = std::move(text);
    }
  }
  return shortest;
}

}  // namespace scenarios
