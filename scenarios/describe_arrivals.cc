#include "scenarios/describe_arrivals.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "batcher/base/check.h"
#include "scenarios/gap_comb.h"

namespace scenarios {
namespace {

using batcher::Duration;

constexpr double kRegular = 0.5;
constexpr double kRandom = 1.3;

std::string WithThousands(std::string digits) {
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

// To three digits, without zeros behind the point.
std::string ThreeDigits(double number) {
  if (number >= 999.5) {
    return WithThousands(fmt::format("{:.0f}", number));
  }
  return fmt::format("{:.3g}", number);
}

std::string SpanText(Duration span) {
  const double seconds = batcher::ToSeconds(span);
  if (seconds < 120) {
    return fmt::format("{:.3g} s", seconds);
  }
  if (seconds < 120 * 60) {
    return fmt::format("{:.0f} min", seconds / 60);
  }
  return seconds < 48 * 3600 ? fmt::format("{:.3g} h", seconds / 3600)
                             : fmt::format("{:.3g} days", seconds / 86400);
}

std::string RateText(double per_second) {
  if (per_second >= 0.1) {
    return ThreeDigits(per_second) + "/s";
  }
  return per_second * 60 >= 0.1 ? ThreeDigits(per_second * 60) + "/min"
                                : ThreeDigits(per_second * 3600) + "/h";
}

struct Unit {
  std::string_view name;
  double ns;
};

std::string CombsText(const std::vector<GapComb>& combs) {
  std::string text;
  for (std::size_t i = 0; i < combs.size(); ++i) {
    const std::string interval = GapText(combs[i]);
    text += i == 0 ? fmt::format("{:.0f} % of gaps are {}", 100 * combs[i].share, interval)
                   : fmt::format(", {:.0f} % {}", 100 * combs[i].share, interval);
  }
  return text + (combs.size() == 1 ? " (a timer upstream?)" : " (timers upstream?)");
}

}  // namespace

std::string DescribeArrivals(const CallLog& log) {
  CHECK(log.calls.size() >= 2);
  const std::vector<Duration> gaps = GapsOf(log.calls);
  const Duration span = log.calls.back().at - log.calls.front().at;
  const double cv = GapCv(gaps);
  std::string text = fmt::format(
      "{} calls, {}, {}, {}", WithThousands(std::to_string(log.calls.size())), SpanText(span),
      RateText(
          span.count() == 0 ? 0 : static_cast<double>(log.calls.size()) / batcher::ToSeconds(span)),
      cv < kRegular   ? "regular"
      : cv <= kRandom ? "random"
                      : "bursty");
  const std::vector<GapComb> combs = FindCombs(gaps);
  return combs.empty() ? text : text + "; " + CombsText(combs);
}

std::string GapText(const GapComb& comb) {
  const Unit unit = comb.high < std::chrono::seconds(1)     ? Unit{"ms", 1e6}
                    : comb.high < std::chrono::seconds(120) ? Unit{"s", 1e9}
                                                            : Unit{"min", 60e9};
  const double from = static_cast<double>(comb.low.count()) / unit.ns;
  const double to = static_cast<double>(comb.high.count()) / unit.ns;
  // As many decimals as tell each edge within a quarter of the width.
  int decimals = 0;
  for (double step = 1; step > (to - from) / 2 && decimals < 6; step /= 10) {
    ++decimals;
  }
  return fmt::format("{:.{}f}..{:.{}f} {}", from, decimals, to, decimals, unit.name);
}

}  // namespace scenarios
