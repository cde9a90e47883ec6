#include "scenarios/log_clock.h"

#include <algorithm>
#include <chrono>
#include <numeric>

#include "batcher/base/time.h"

namespace scenarios {
namespace {

using namespace std::chrono_literals;

// A row this far behind may be where the clock was set back.
constexpr std::uint64_t kSmallestStepBack = std::chrono::nanoseconds(1s).count();
// It was, if so many rows stay behind: a late row is followed by rows in time.
constexpr std::size_t kRowsAfterStepBack = 20;
constexpr std::uint64_t kSmallestStepForward = std::chrono::nanoseconds(1h).count();

// The distance of two numbers, which may need 64 bits.
std::uint64_t Between(std::int64_t low, std::int64_t high) {
  return static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
}

// To three digits or so: a clock's step need not be told to the nanosecond.
std::string Rounded(std::uint64_t ns) {
  std::uint64_t unit = 1;
  while (ns / unit >= 1000) {
    unit *= 10;
  }
  const std::uint64_t capped = std::min<std::uint64_t>(ns / unit * unit, INT64_MAX);
  return batcher::FormatDuration(batcher::Duration(static_cast<std::int64_t>(capped)));
}

std::string Count(std::size_t count, const std::string& one, const std::string& several) {
  return count == 1 ? "1 " + one : std::to_string(count) + " " + several;
}

}  // namespace

void LogClock::Seen::Add(std::size_t at_line, std::uint64_t ns) {
  if (count++ == 0) {
    line = at_line;
    by_ns = ns;
  }
  most_ns = std::max(most_ns, ns);
}

void LogClock::Tell(std::int64_t stamp_ns, std::size_t line) {
  if (!any_) {
    any_ = true;
    last_ns_ = front_ns_ = stamp_ns;
    return;
  }
  step_ns_ =
      std::gcd(step_ns_, Between(std::min(last_ns_, stamp_ns), std::max(last_ns_, stamp_ns)));
  last_ns_ = stamp_ns;
  if (stamp_ns < front_ns_) {
    TellBehind(stamp_ns, line);
    return;
  }
  const std::uint64_t gap_ns = Between(front_ns_, stamp_ns);
  if (gap_ns >= kSmallestStepForward) {
    forward_.Add(line, gap_ns);
  }
  suspect_.reset();
  front_ns_ = stamp_ns;
}

void LogClock::TellBehind(std::int64_t stamp_ns, std::size_t line) {
  const std::uint64_t by_ns = Between(stamp_ns, front_ns_);
  if (suspect_) {
    if (stamp_ns < suspect_->front_ns) {
      suspect_->unsorted.Add(line, Between(stamp_ns, suspect_->front_ns));
    }
    suspect_->front_ns = std::max(suspect_->front_ns, stamp_ns);
    ++suspect_->rows;
  } else if (by_ns >= kSmallestStepBack) {
    suspect_ = Suspect{
        .line = line, .by_ns = by_ns, .rows = 1, .front_ns = stamp_ns, .unsorted = unsorted_};
  }
  unsorted_.Add(line, by_ns);
  if (suspect_ && suspect_->rows == kRowsAfterStepBack) {
    back_.Add(suspect_->line, suspect_->by_ns);
    unsorted_ = suspect_->unsorted;
    front_ns_ = suspect_->front_ns;
    suspect_.reset();
  }
}

std::vector<std::string> LogClock::Warnings() const {
  std::vector<std::string> warnings;
  if (unsorted_.count > 0) {
    warnings.push_back(Count(unsorted_.count, "row was", "rows were") +
                       " not in the order of time and sorted (the first in line " +
                       std::to_string(unsorted_.line) + ", late by " + Rounded(unsorted_.by_ns) +
                       "; up to " + Rounded(unsorted_.most_ns) + ").");
  }
  if (back_.count > 0) {
    warnings.push_back("The clock steps back " + Count(back_.count, "time", "times") +
                       " (the first in line " + std::to_string(back_.line) + ", by " +
                       Rounded(back_.by_ns) +
                       "): calls of both sides are mixed; better give one side alone.");
  }
  if (forward_.count > 0) {
    warnings.push_back(Count(forward_.count, "time", "times") +
                       " no call comes for an hour or more (the first before line " +
                       std::to_string(forward_.line) + ", " + Rounded(forward_.by_ns) +
                       "): a step of the clock, or several logs in one?");
  }
  return warnings;
}

}  // namespace scenarios
