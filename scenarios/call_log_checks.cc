#include "scenarios/call_log_checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "batcher/base/check.h"
#include "batcher/base/time.h"

namespace scenarios {
namespace {

using batcher::Duration;
using batcher::FormatDuration;

// Stamps this coarse are mentioned, if a good part of the gaps are no longer.
constexpr Duration kMentionedStamps = std::chrono::milliseconds(1);
constexpr double kMentionedShare = 0.2;
// Windows of so many steps and more are known well all the same.
constexpr int kStepsOfAWindow = 10;

std::size_t MomentsOf(const std::vector<LoggedCall>& calls) {
  std::size_t moments = calls.empty() ? 0U : 1U;
  for (std::size_t i = 1; i < calls.size(); ++i) {
    moments += calls[i].at != calls[i - 1].at ? 1U : 0U;
  }
  return moments;
}

double ShareUpTo(const std::vector<Duration>& gaps, Duration limit) {
  const auto within =
      std::count_if(gaps.begin(), gaps.end(), [&](Duration gap) { return gap <= limit; });
  return static_cast<double>(within) / static_cast<double>(gaps.size());
}

// Of stamps that are multiples of `step` apart.
LogVerdict JudgeStamps(const std::vector<Duration>& gaps, Duration step) {
  // A metronome has one gap, whatever its stamps; chance never has.
  const bool is_regular =
      std::all_of(gaps.begin(), gaps.end(), [&](Duration gap) { return gap == gaps.front(); });
  if (step < kMentionedStamps || is_regular) {
    return {};
  }
  const double share = ShareUpTo(gaps, step);
  const std::string found = fmt::format(
      "times that are all multiples of {} apart, and {:.0f} % of calls not more than "
      "one such step after the call before",
      FormatDuration(step), 100 * share);
  if (step >= kCoarsestStamps && share > kMostCoarseGaps) {
    return {.unsuitable = fmt::format(
                "found {}: what a window would gather is not in the log; wanted times to 10ms or "
                "finer",
                found)};
  }
  if (step >= kCoarsestStamps || share > kMentionedShare) {
    return {.warning = fmt::format("The log has {}: windows below {} are judged roughly.", found,
                                   FormatDuration(step * kStepsOfAWindow))};
  }
  return {};
}

}  // namespace

LogVerdict Judge(const std::vector<LoggedCall>& calls, std::uint64_t step_ns) {
  if (calls.size() < kFewestCalls) {
    return {.unsuitable = fmt::format("found {} calls, wanted at least {}: with fewer no window "
                                      "can be told from its neighbour",
                                      calls.size(), kFewestCalls)};
  }
  const Duration span = calls.back().at - calls.front().at;
  if (span < kShortestLog) {
    return {.unsuitable = fmt::format(
                "found {} calls within {}, wanted a log of at least {} (in the right unit?)",
                calls.size(), FormatDuration(span), FormatDuration(kShortestLog))};
  }
  LogVerdict verdict =
      step_ns == 0
          ? LogVerdict{}
          : JudgeStamps(GapsOf(calls), Duration(static_cast<std::int64_t>(std::min<std::uint64_t>(
                                           step_ns, INT64_MAX / kStepsOfAWindow))));
  const std::size_t moments = MomentsOf(calls);
  if (!verdict.unsuitable && moments < kFewestMoments) {
    verdict.unsuitable = fmt::format(
        "found {} calls that came at only {} moments, wanted at least {}: calls of one moment are "
        "one observation",
        calls.size(), moments, kFewestMoments);
  }
  return verdict;
}

std::vector<Duration> GapsOf(const std::vector<LoggedCall>& calls) {
  CHECK(!calls.empty());
  std::vector<Duration> gaps;
  gaps.reserve(calls.size() - 1);
  for (std::size_t i = 1; i < calls.size(); ++i) {
    gaps.push_back(calls[i].at - calls[i - 1].at);
  }
  return gaps;
}

}  // namespace scenarios
