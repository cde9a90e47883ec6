#include "results/lib/value_of_waiting.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "results/lib/table.h"

namespace results {
namespace {

using batcher::Duration;
using batcher::Instant;
using Step = ValueOfWaiting::Step;

// Windows of one pass: the counts do not wait for each other, so four cost hardly more than one.
constexpr std::size_t kAtOnce = 4;
// The first windows: from the longest down, each this many times shorter, to a thousandth of it.
constexpr double kApart = 1.4142135623730951;
constexpr int kFirstWindows = 20;
// Where most of the gain is reached is then looked for between two of them, twice.
constexpr int kBetween = 8;
constexpr int kRefinements = 2;

// How many batches each of the windows makes.
std::array<std::uint64_t, kAtOnce> CountBatches(std::span<const Instant> arrivals,
                                                const std::array<Duration, kAtOnce>& windows) {
  std::array<std::uint64_t, kAtOnce> batches{};
  std::array<Instant, kAtOnce> opened{};
  batches.fill(1);
  opened.fill(arrivals.front());
  for (const Instant at : arrivals) {
    for (std::size_t i = 0; i < kAtOnce; ++i) {
      const bool opens = at - opened[i] > windows[i];
      batches[i] += opens ? 1U : 0U;
      opened[i] = opens ? at : opened[i];
    }
  }
  return batches;
}

// Adds the steps of `windows` and keeps all in order, each window once.
void AddSteps(std::span<const Instant> arrivals, const std::vector<Duration>& windows,
              std::vector<Step>& steps) {
  for (std::size_t first = 0; first < windows.size(); first += kAtOnce) {
    std::array<Duration, kAtOnce> some{};
    const std::size_t count = std::min(kAtOnce, windows.size() - first);
    std::copy_n(windows.begin() + static_cast<std::ptrdiff_t>(first), count, some.begin());
    const auto batches = CountBatches(arrivals, some);
    for (std::size_t i = 0; i < count; ++i) {
      steps.push_back({.window = some[i], .batches = batches[i]});
    }
  }
  std::ranges::sort(steps, {}, &Step::window);
  const auto same = [](const Step& a, const Step& b) { return a.window == b.window; };
  steps.erase(std::unique(steps.begin(), steps.end(), same), steps.end());
}

std::vector<Duration> FirstWindows(Duration longest) {
  std::vector<Duration> windows = {Duration(0), longest};
  for (int i = 1; i <= kFirstWindows; ++i) {
    const double window = static_cast<double>(longest.count()) / std::pow(kApart, i);
    windows.emplace_back(std::llround(window));
  }
  return windows;
}

double ShareOf(const std::vector<Step>& steps, const Step& step) {
  const std::uint64_t gain = steps.front().batches - steps.back().batches;
  return gain == 0 ? 0
                   : static_cast<double>(steps.front().batches - step.batches) /
                         static_cast<double>(gain);
}

// The first step with most of the gain. The last one has all of it.
std::size_t MostOfIt(const std::vector<Step>& steps) {
  std::size_t i = 0;
  while (ShareOf(steps, steps[i]) < kMostOfIt) {
    ++i;
  }
  return i;
}

std::vector<Duration> Between(Duration low, Duration high) {
  std::vector<Duration> windows;
  for (int i = 1; i <= kBetween; ++i) {
    windows.push_back(low + (high - low) * i / (kBetween + 1));
  }
  return windows;
}

bool Left(const batcher::CallRecord& call) { return call.batch != batcher::kNoBatch; }

double Ratio(std::uint64_t a, std::uint64_t b) {
  return static_cast<double>(a) / static_cast<double>(b);
}

// A share just below 1 must not read as all of it.
std::string Percent(double share) {
  return fmt::format("{:.0f} %", share < 1 ? std::min(100 * share, 99.0) : 100.0);
}

}  // namespace

std::optional<ValueOfWaiting> ValueOf(std::span<const Instant> arrivals_ascending,
                                      Duration longest) {
  if (arrivals_ascending.size() < 2 || arrivals_ascending.size() > kMostCallsValued ||
      longest <= Duration(0)) {
    return std::nullopt;
  }
  ValueOfWaiting value;
  AddSteps(arrivals_ascending, FirstWindows(longest), value.steps);
  if (value.steps.front().batches == value.steps.back().batches) {
    return value;
  }
  for (int i = 0; i < kRefinements; ++i) {
    const std::size_t most = MostOfIt(value.steps);
    AddSteps(arrivals_ascending, Between(value.steps[most - 1].window, value.steps[most].window),
             value.steps);
  }
  const Step& most = value.steps[MostOfIt(value.steps)];
  value.most_of_it = most.window;
  value.share = ShareOf(value.steps, most);
  return value;
}

std::optional<Waiting> WaitingOf(const Ledger& ledger, const Summary& summary) {
  Waiting waiting{.mean_linger = summary.mean_parts.linger};
  if (waiting.mean_linger <= Duration(0) || ledger.calls.size() > kMostCallsValued) {
    return std::nullopt;
  }
  std::vector<Instant> arrivals;
  arrivals.reserve(ledger.calls.size());
  for (const batcher::CallRecord& call : ledger.calls) {
    if (Left(call)) {
      arrivals.push_back(call.submitted);
      waiting.longest_linger = std::max(waiting.longest_linger, call.due - call.submitted);
    }
  }
  // Calls are numbered as they were planned: in real time two may be submitted the other way round.
  if (!std::ranges::is_sorted(arrivals)) {
    std::ranges::sort(arrivals);
  }
  std::optional<ValueOfWaiting> value = ValueOf(arrivals, waiting.longest_linger);
  if (!value) {
    return std::nullopt;
  }
  waiting.calls = arrivals.size();
  waiting.batches_without = value->steps.front().batches;
  waiting.batches = std::max(summary.batches, value->steps.back().batches);
  waiting.value = *std::move(value);
  return waiting;
}

std::string WaitingSentence(const Waiting& waiting) {
  std::string sentence =
      fmt::format("{} on average ({} at most) bought ", FormatMs(waiting.mean_linger),
                  FormatMs(waiting.longest_linger));
  if (waiting.batches >= waiting.batches_without) {
    return sentence + "nothing: as many batches as without any wait";
  }
  const bool all_alone = waiting.batches_without == waiting.calls;
  sentence += fmt::format("{} fewer batches than {}",
                          Percent(1 - Ratio(waiting.batches, waiting.batches_without)),
                          all_alone ? "calls" : "without any wait");
  return sentence + fmt::format("; {} of the gain came in the first {}",
                                Percent(waiting.value.share), FormatMs(waiting.value.most_of_it));
}

}  // namespace results
