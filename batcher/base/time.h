#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "batcher/base/result.h"

namespace batcher {

// A length of time, in integer nanoseconds.
using Duration = std::chrono::nanoseconds;

// The time line of one run. It has no Now(): code that decides is told the time.
struct RunTime {
  using duration = Duration;
  using rep = Duration::rep;
  using period = Duration::period;
  static constexpr bool is_steady = true;
};

// A moment, counted from the start of the run.
using Instant = std::chrono::time_point<RunTime, Duration>;

constexpr Instant At(Duration since_start) { return Instant(since_start); }

// A moment that does not come.
inline constexpr Instant kNever = Instant::max();

constexpr double ToMilliseconds(Duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}
constexpr double ToSeconds(Duration d) { return std::chrono::duration<double>(d).count(); }

// "20ms", "1.5s", "250us", "80ns", "10m", "2h": a number, at once followed by its unit. "0" needs
// no unit. Negative durations are refused.
[[nodiscard]] Result<Duration> ParseDuration(std::string_view text);

// The shortest text that ParseDuration reads back to the same duration: "20ms", "1.5s".
std::string FormatDuration(Duration d);

}  // namespace batcher
