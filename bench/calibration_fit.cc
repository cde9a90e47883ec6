#include "bench/calibration_fit.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <utility>

#include "results/lib/quantile.h"

namespace bench {
namespace {

using batcher::CallRecord;
using batcher::Duration;

auto FirstCallOf(const Probe& probe, const results::Ledger& ledger) {
  return std::ranges::lower_bound(ledger.calls, probe.first_call, {}, &CallRecord::call);
}

// From the moment the first call left the queue to each call's answer, on average; none if a call
// has no answer.
std::optional<Duration> TimeOf(std::span<const CallRecord> calls) {
  batcher::Instant left = batcher::kNever;
  for (const CallRecord& call : calls) {
    if (!results::IsAnswered(call.outcome)) {
      return std::nullopt;
    }
    left = std::min(left, call.dispatched);
  }
  Duration sum{0};
  for (const CallRecord& call : calls) {
    sum += call.delivered - left;
  }
  return sum / static_cast<Duration::rep>(calls.size());
}

// Medians by size.
using Medians = std::map<std::size_t, Duration>;

Medians MediansOf(const Probes& probes, bool batch) {
  std::map<std::size_t, std::vector<Duration>> times;
  for (const Probe& probe : probes.probes) {
    const auto first = FirstCallOf(probe, probes.ledger);
    const auto found = static_cast<std::size_t>(probes.ledger.calls.end() - first);
    if (probe.batch != batch || found < probe.calls) {
      continue;
    }
    if (const auto time = TimeOf(std::span(first, probe.calls))) {
      times[probe.calls].push_back(*time);
    }
  }
  Medians medians;
  for (auto& [size, sample] : times) {
    medians[size] = *MedianOf(std::move(sample));
  }
  return medians;
}

// Least squares; none of fewer than two sizes.
std::optional<Duration> Slope(const Medians& medians) {
  if (medians.size() < 2) {
    return std::nullopt;
  }
  const auto n = static_cast<double>(medians.size());
  double mean_x = 0;
  double mean_y = 0;
  for (const auto& [size, time] : medians) {
    mean_x += static_cast<double>(size) / n;
    mean_y += static_cast<double>(time.count()) / n;
  }
  double above = 0;
  double below = 0;
  for (const auto& [size, time] : medians) {
    const double x = static_cast<double>(size) - mean_x;
    above += x * (static_cast<double>(time.count()) - mean_y);
    below += x * x;
  }
  return Duration(std::max<std::int64_t>(std::llround(above / below), 0));
}

// None without calls, or batches, that tell it.
std::optional<Duration> TimerLagOf(const Probes& probes) {
  std::vector<Duration> calls;
  for (const Probe& probe : probes.probes) {
    const auto first = FirstCallOf(probe, probes.ledger);
    if (first != probes.ledger.calls.end()) {
      calls.push_back(first->submitted - first->intended);
    }
  }
  std::vector<Duration> batches;
  for (const batcher::BatchRecord& batch : probes.ledger.batches) {
    batches.push_back(batch.timer_lag);
  }
  const auto of_calls = MedianOf(std::move(calls));
  const auto of_batches = MedianOf(std::move(batches));
  return of_calls && of_batches ? std::optional((*of_calls + *of_batches) / 2) : std::nullopt;
}

}  // namespace

std::optional<Duration> MedianOf(std::vector<Duration> values) {
  if (values.empty()) {
    return std::nullopt;
  }
  std::ranges::sort(values);
  return results::Quantile(values, 0.5);
}

MachineCosts FitCosts(const Probes& probes) {
  const Medians singles = MediansOf(probes, false);
  const auto lone = singles.find(1);
  MachineCosts costs{.per_request = {},
                     .per_item = Slope(MediansOf(probes, true)),
                     .rtt = {},
                     .timer_lag = TimerLagOf(probes)};
  if (lone == singles.end() || !costs.timer_lag) {
    return costs;
  }
  // The mock, too, sleeps and wakes late.
  const Duration whole = std::max(lone->second - probes.service - *costs.timer_lag, Duration(0));
  // Of n that queue, the mean one waits for (n + 1) / 2; and no lone call takes less than sending.
  const Duration sending = std::min(2 * Slope(singles).value_or(Duration(0)), whole);
  costs.rtt = whole - sending;
  // A single call carries an item, too.
  costs.per_request = std::max(sending - costs.per_item.value_or(Duration(0)), Duration(0));
  return costs;
}

}  // namespace bench
