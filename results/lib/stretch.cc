#include "results/lib/stretch.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "batcher/base/random.h"
#include "results/lib/bootstrap.h"
#include "results/lib/quantile.h"

namespace results {
namespace {

using batcher::Duration;
using batcher::Instant;

constexpr std::size_t kMostSlices = 240;
constexpr std::size_t kCallsOfASlice = 5;  // on average, at least
constexpr std::uint64_t kFewestCalls = 40;
constexpr std::size_t kFewestBlocks = 8;
constexpr double kBusyPeriodsOfABlock = 5;
constexpr std::size_t kDrawings = 1000;
constexpr std::size_t kThresholds = 200;
constexpr double kLevel = 0.95;
constexpr double kNormal975 = 1.959963984540054;

// Sums over slices; index 0 is the number of answered calls, the others those above a threshold.
using Counts = std::vector<double>;

struct Slice {
  double calls = 0;
  double requests = 0;
  Counts above;
};

struct Span {
  Instant from = Instant::max();
  Instant to = Instant::min();
};

Span SpanOf(const Ledger& ledger) {
  Span span;
  for (const batcher::CallRecord& call : ledger.calls) {
    span.from = std::min(span.from, call.intended);
    span.to = std::max(span.to, call.intended);
  }
  return span;
}

// How many times the service had nothing to do for the callers and then had.
double BusyPeriods(const Ledger& ledger) {
  std::vector<const batcher::CallRecord*> calls;
  calls.reserve(ledger.calls.size());
  for (const batcher::CallRecord& call : ledger.calls) {
    calls.push_back(&call);
  }
  std::ranges::sort(calls, {}, [](const auto* call) { return call->intended; });
  double periods = 0;
  Instant busy_until = Instant::min();
  for (const batcher::CallRecord* call : calls) {
    periods += call->intended > busy_until ? 1 : 0;
    busy_until = std::max(busy_until, call->delivered);
  }
  return periods;
}

// The latencies between the p90 and the largest, at even ranks, ascending, without doubles.
std::vector<Duration> Thresholds(const Ledger& ledger) {
  std::vector<Duration> latencies;
  for (const batcher::CallRecord& call : ledger.calls) {
    if (IsAnswered(call.outcome)) {
      latencies.push_back(Latency(call));
    }
  }
  std::vector<Duration> thresholds;
  if (latencies.empty()) {
    return thresholds;
  }
  std::ranges::sort(latencies);
  for (std::size_t i = 0; i <= kThresholds; ++i) {
    const double q = 0.9 + 0.1 * static_cast<double>(i) / kThresholds;
    thresholds.push_back(Quantile(latencies, std::min(q, 1.0)));
  }
  thresholds.erase(std::unique(thresholds.begin(), thresholds.end()), thresholds.end());
  return thresholds;
}

std::vector<Slice> SlicesOf(const Ledger& ledger, const Span& span, std::size_t count,
                            const std::vector<Duration>& thresholds) {
  std::vector<Slice> slices(count, Slice{.above = Counts(thresholds.size() + 1)});
  const auto length = static_cast<double>((span.to - span.from).count()) + 1;
  const auto slice_at = [&](Instant at) -> Slice& {
    const double share = static_cast<double>((at - span.from).count()) / length;
    const auto slice = static_cast<std::int64_t>(share * static_cast<double>(count));
    return slices[static_cast<std::size_t>(
        std::clamp<std::int64_t>(slice, 0, static_cast<std::int64_t>(count) - 1))];
  };
  for (const batcher::CallRecord& call : ledger.calls) {
    Slice& slice = slice_at(call.intended);
    ++slice.calls;
    if (!IsAnswered(call.outcome)) {
      continue;
    }
    ++slice.above[0];
    const auto over = std::ranges::lower_bound(thresholds, Latency(call));
    for (auto threshold = thresholds.begin(); threshold != over; ++threshold) {
      ++slice.above[1 + static_cast<std::size_t>(threshold - thresholds.begin())];
    }
  }
  for (const batcher::BatchRecord& batch : ledger.batches) {
    slice_at(batch.dispatched).requests += batch.attempts + batch.polls;
  }
  return slices;
}

// Slices in a block.
std::size_t BlockLength(const std::vector<Slice>& slices, double busy_periods) {
  std::vector<double> calls;
  std::vector<double> requests;
  for (const Slice& slice : slices) {
    calls.push_back(slice.calls);
    requests.push_back(slice.requests);
  }
  const double slices_of_a_period =
      static_cast<double>(slices.size()) / std::max(busy_periods, 1.0);
  const auto wanted =
      static_cast<std::size_t>(std::ceil(kBusyPeriodsOfABlock * slices_of_a_period));
  return std::clamp<std::size_t>(
      std::max({wanted, DefaultBlockLength(calls), DefaultBlockLength(requests)}), 1,
      std::max<std::size_t>(slices.size() / kFewestBlocks, 1));
}

void AddTo(Slice& sum, const Slice& slice, double sign) {
  sum.calls += sign * slice.calls;
  sum.requests += sign * slice.requests;
  for (std::size_t i = 0; i < sum.above.size(); ++i) {
    sum.above[i] += sign * slice.above[i];
  }
}

double SavedIn(const Slice& sum) { return 1 - sum.requests / std::max(sum.calls, 1.0); }

// The smallest threshold that no more than 1 - q of the answered calls exceed.
double QuantileIn(const Slice& sum, double q, const std::vector<Duration>& thresholds) {
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    if (sum.above[1 + i] <= (1 - q) * sum.above[0]) {
      return batcher::ToMilliseconds(thresholds[i]);
    }
  }
  return batcher::ToMilliseconds(thresholds.back());
}

// The middle of the drawings, widened about the estimate.
Interval Widened(double estimate, std::vector<double> drawings, double factor) {
  std::ranges::sort(drawings);
  const auto at = [&](double q) { return drawings[QuantileRank(q, drawings.size()) - 1]; };
  return {.estimate = estimate,
          .low = estimate - factor * std::max(estimate - at((1 - kLevel) / 2), 0.0),
          .high = estimate + factor * std::max(at((1 + kLevel) / 2) - estimate, 0.0)};
}

}  // namespace

std::optional<Stretch> StretchOf(const Ledger& ledger, double quantile) {
  const Span span = SpanOf(ledger);
  if (ledger.calls.size() < kFewestCalls || span.to <= span.from) {
    return std::nullopt;
  }
  const std::size_t count = std::min(kMostSlices, ledger.calls.size() / kCallsOfASlice);
  const std::vector<Duration> thresholds = Thresholds(ledger);
  const std::vector<Slice> slices = SlicesOf(ledger, span, count, thresholds);
  const std::size_t length = BlockLength(slices, BusyPeriods(ledger));

  const Slice nothing{.above = Counts(thresholds.size() + 1)};
  std::vector<Slice> first = {nothing};  // first[i]: the sum of the slices before i
  for (const Slice& slice : slices) {
    first.push_back(first.back());
    AddTo(first.back(), slice, 1);
  }
  const double blocks = static_cast<double>(count) / static_cast<double>(length);
  const auto draws = static_cast<std::size_t>(std::ceil(blocks));
  batcher::RandomStream random(1, "stretch");
  std::vector<double> saved;
  std::vector<double> quantiles;
  for (std::size_t drawing = 0; drawing < kDrawings; ++drawing) {
    Slice sum = nothing;
    for (std::size_t block = 0; block < draws; ++block) {
      const std::size_t at = random.Below(count - length + 1);
      AddTo(sum, first[at + length], 1);
      AddTo(sum, first[at], -1);
    }
    saved.push_back(SavedIn(sum));
    if (!thresholds.empty()) {
      quantiles.push_back(QuantileIn(sum, quantile, thresholds));
    }
  }
  const double factor =
      std::sqrt(2.0) * StudentFactor(kLevel, std::max(blocks - 1, 1.0)) / kNormal975;
  const auto slice_ns =
      static_cast<double>((span.to - span.from).count()) / static_cast<double>(count);
  Stretch stretch{.requests_saved = Widened(SavedIn(first.back()), std::move(saved), factor),
                  .block = Duration(std::llround(slice_ns * static_cast<double>(length))),
                  .blocks = static_cast<std::uint64_t>(blocks)};
  if (!thresholds.empty()) {
    stretch.quantile_ms =
        Widened(QuantileIn(first.back(), quantile, thresholds), std::move(quantiles), factor);
  }
  return stretch;
}

}  // namespace results
