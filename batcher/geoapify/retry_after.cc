#include "batcher/geoapify/retry_after.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>

namespace batcher::geoapify {
namespace {

constexpr std::size_t kMostDigits = 9;  // keep the durations within their range
constexpr std::chrono::seconds kLongest(999'999'999);

std::optional<std::chrono::sys_seconds> ParseDate(const std::string& text) {
  std::istringstream in(text);
  in.imbue(std::locale::classic());
  std::tm date{};
  in >> std::get_time(&date, "%a, %d %b %Y %H:%M:%S GMT");
  // The reader is content with a part of the words that it is to find at the end.
  const bool whole =
      text.ends_with(" GMT") && !in.fail() && in.peek() == std::istringstream::traits_type::eof();
  const std::chrono::year_month_day day{std::chrono::year(date.tm_year + 1900),
                                        std::chrono::month(static_cast<unsigned>(date.tm_mon) + 1),
                                        std::chrono::day(static_cast<unsigned>(date.tm_mday))};
  if (!whole || !day.ok()) {
    return std::nullopt;
  }
  return std::chrono::sys_days(day) + std::chrono::hours(date.tm_hour) +
         std::chrono::minutes(date.tm_min) + std::chrono::seconds(date.tm_sec);
}

}  // namespace

std::optional<std::int64_t> WholeNumber(const std::string& text, std::size_t max_digits) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.size() > max_digits ||
      number < 0) {
    return std::nullopt;
  }
  return number;
}

std::optional<Duration> ParseRetryAfter(const std::string& retry_after, const std::string& date) {
  if (const auto seconds = WholeNumber(retry_after, kMostDigits)) {
    return std::chrono::seconds(*seconds);
  }
  const auto until = ParseDate(retry_after);
  const auto now = ParseDate(date);
  if (!until || !now) {
    return std::nullopt;
  }
  return std::clamp<std::chrono::seconds>(*until - *now, std::chrono::seconds(0), kLongest);
}

}  // namespace batcher::geoapify
