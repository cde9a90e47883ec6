#include "bench/sweep_regret.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "results/lib/table.h"

namespace bench {
namespace {

using results::Batching;
using results::Bounds;

// More of the calls than of the best point: who answers fewer has fewer to pay for.
constexpr double kMoreUnanswered = 0.001;

// Points whose least cost differs by less met the same calls, or as good as.
constexpr double kSameCalls = 0.02;

double PerCall(const Bounds& bounds, double amount) {
  return amount / static_cast<double>(bounds.regret.calls);
}

double CostMs(const Bounds& bounds, const Batching& batching) {
  return PerCall(bounds, batcher::ToMilliseconds(results::CostOf(batching, bounds.regret.price)));
}

double BatchesPerCall(const Bounds& bounds, const Batching& batching) {
  return PerCall(bounds, static_cast<double>(batching.batches));
}

double WaitingMs(const Bounds& bounds, const Batching& batching) {
  return PerCall(bounds, batcher::ToMilliseconds(batching.waiting));
}

// The mean over the runs, with its interval.
template <class Value>
Estimate MeanOver(std::span<const PointRun> runs, const Value& value) {
  std::vector<double> values;
  double sum = 0;
  for (const PointRun& run : runs) {
    values.push_back(value(*run.bounds));
    sum += values.back();
  }
  const double mean = sum / static_cast<double>(runs.size());
  return {.value = mean, .interval = results::SectionedInterval(mean, values)};
}

BatchingPerCall MeanBatching(std::span<const PointRun> runs, Batching results::Regret::*batching) {
  const auto of = [&](const Bounds& bounds) -> const Batching& { return bounds.regret.*batching; };
  return {
      .cost_ms = MeanOver(runs, [&](const Bounds& bounds) { return CostMs(bounds, of(bounds)); }),
      .batches =
          MeanOver(runs, [&](const Bounds& bounds) { return BatchesPerCall(bounds, of(bounds)); })
              .value,
      .waiting_ms = MeanOver(runs, [&](const Bounds& bounds) {
                      return WaitingMs(bounds, of(bounds));
                    }).value};
}

double UnansweredShare(const PointResult& point) {
  return static_cast<double>(point.summary.errors) /
         static_cast<double>(std::max<std::uint64_t>(point.summary.calls, 1));
}

// Those of the points `among` whose costs can be compared.
std::vector<std::size_t> Comparable(std::span<const PointResult> points,
                                    std::span<const std::size_t> among) {
  const auto counts = [](const PointResult& point) { return point.usable() && point.regret; };
  double fewest_unanswered = 1;
  for (const PointResult& point : points) {
    if (counts(point)) {
      fewest_unanswered = std::min(fewest_unanswered, UnansweredShare(point));
    }
  }
  std::vector<std::size_t> comparable;
  std::ranges::copy_if(among, std::back_inserter(comparable), [&](std::size_t point) {
    return counts(points[point]) &&
           UnansweredShare(points[point]) <= fewest_unanswered + kMoreUnanswered;
  });
  return comparable;
}

// "39.5 ms a call: 9.86 calls a batch, each waiting 19.2 ms".
std::string LeastText(const BatchingPerCall& least) {
  return fmt::format("{} a call: {:.3g} calls a batch and {} of waiting each",
                     results::FormatMs(least.cost_ms.value), 1 / least.batches,
                     results::FormatMs(least.waiting_ms));
}

std::string LeastSentence(const SweepResult& sweep) {
  std::vector<const BatchingPerCall*> least;
  for (const std::size_t point : Comparable(sweep.points, sweep.rows)) {
    least.push_back(&sweep.points[point].regret->least);
  }
  if (least.empty()) {
    return "No costs can be compared: no point answers its calls, each with a batch of its own.";
  }
  const auto cost = [](const BatchingPerCall* one) { return one->cost_ms.value; };
  const auto [low, high] = std::ranges::minmax_element(least, {}, cost);
  const std::string price = batcher::FormatDuration(*sweep.price);
  if (cost(*high) <= (1 + kSameCalls) * cost(*low)) {
    return fmt::format("The least cost, at {} a batch, for who knows all calls beforehand, is {}.",
                       price, LeastText(**low));
  }
  return fmt::format(
      "The least cost, at {} a batch, for who knows all calls beforehand, is {} (where calls are "
      "the cheapest) to {}.",
      price, LeastText(**low), LeastText(**high));
}

// "Nobody who lets no call wait longer than 50 ms can send fewer than 95.7 batches for 1,000 calls;
// 50ms sent as many."
std::optional<std::string> FewestSentence(const PointResult& point) {
  if (!point.regret || !point.regret->fewest_batches) {
    return std::nullopt;
  }
  constexpr double kCalls = 1000;
  const double fewest = kCalls * *point.regret->fewest_batches;
  const double sent = kCalls * point.regret->run.batches;
  const std::string sent_text = fmt::format("{:.3g}", sent);
  std::string comparison = sent_text;
  if (sent_text == fmt::format("{:.3g}", fewest)) {
    comparison = "as many";
  } else if (sent < fewest) {
    comparison += ", as calls also wait for a slot (batcher.max_in_flight)";
  }
  return fmt::format(
      "With a max wait of {} nobody can send fewer than {:.3g} batches for 1,000 calls; {} sent "
      "{}.",
      batcher::FormatDuration(*point.max_wait), fewest, point.point.label, comparison);
}

}  // namespace

std::optional<PointRegret> RegretOfRuns(std::span<const PointRun> runs, bool no_variance) {
  if (runs.empty() ||
      !std::ranges::all_of(runs, [](const PointRun& run) { return run.bounds.has_value(); })) {
    return std::nullopt;
  }
  PointRegret regret{
      .ratio = MeanOver(runs, [](const Bounds& bounds) { return bounds.regret.Ratio(); }),
      .run = MeanBatching(runs, &results::Regret::run),
      .least = MeanBatching(runs, &results::Regret::least)};
  if (no_variance) {
    regret.ratio.interval = regret.run.cost_ms.interval = regret.least.cost_ms.interval = {};
  }
  if (runs.front().bounds->fewest_batches) {
    regret.fewest_batches = MeanOver(runs, [](const Bounds& bounds) {
                              return PerCall(bounds, static_cast<double>(*bounds.fewest_batches));
                            }).value;
  }
  return regret;
}

std::optional<std::size_t> Cheapest(std::span<const PointResult> points,
                                    std::span<const std::size_t> among) {
  const std::vector<std::size_t> comparable = Comparable(points, among);
  const auto cheapest = std::ranges::min_element(
      comparable, {}, [&](std::size_t point) { return points[point].regret->run.cost_ms.value; });
  return cheapest == comparable.end() ? std::nullopt : std::optional(*cheapest);
}

std::optional<results::Interval> CostOver(const PointResult& point, const PointResult& other) {
  if (!point.regret || !other.regret || point.runs.size() != other.runs.size()) {
    return std::nullopt;
  }
  const auto costs = [](const PointResult& of) {
    std::vector<double> values;
    for (const PointRun& run : of.runs) {
      values.push_back(CostMs(*run.bounds, run.bounds->regret.run));
    }
    return values;
  };
  return results::PairedDifference(costs(point), costs(other));
}

std::string RatioCell(const PointResult& point) {
  return point.regret ? fmt::format("{:.2f}", point.regret->ratio.value) : "-";
}

std::vector<std::string> RegretSentences(const SweepResult& sweep) {
  if (!sweep.price) {
    return {};
  }
  std::vector<std::string> sentences = {LeastSentence(sweep)};
  const auto fewest = sweep.cheapest ? FewestSentence(sweep.points[*sweep.cheapest]) : std::nullopt;
  if (fewest) {
    sentences.push_back(*fewest);
  }
  return sentences;
}

std::string RegretFields(const std::optional<Bounds>& bounds) {
  if (!bounds) {
    return ",,,,,,,";
  }
  const results::Regret& regret = bounds->regret;
  return fmt::format(",{},{},{},{},{},{},{}", regret.calls, regret.run.batches,
                     regret.run.waiting.count(), regret.least.batches, regret.least.waiting.count(),
                     bounds->fewest_batches ? std::to_string(*bounds->fewest_batches) : "",
                     regret.Ratio());
}

}  // namespace bench
