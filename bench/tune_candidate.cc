#include "bench/tune_candidate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "batcher/core/options.h"
#include "scenarios/break_even.h"

namespace bench {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using batcher::Choice;
using batcher::Duration;

// Below it timers decide, above it nobody waits for a batch.
constexpr Duration kShortestWindow = 1ms;
constexpr Duration kLongestWindow = 10s;
constexpr std::array<std::size_t, 4> kUsualSingleBelow = {1, 2, 3, 5};
constexpr Duration kUsualPoll = 100ms;

bool Keeps(const std::vector<std::string>& kept, std::string_view path) {
  return std::ranges::any_of(kept, [&](const std::string& one) { return one.starts_with(path); });
}

bool SamePoll(const Choice& a, const Choice& b) { return PollLabel(a) == PollLabel(b); }

// `own` first, then the others that differ from it.
template <class Value>
std::vector<Value> OwnFirst(const Value& own, const std::vector<Value>& others) {
  std::vector<Value> values = {own};
  std::ranges::copy_if(others, std::back_inserter(values),
                       [&](const Value& other) { return other != own; });
  return values;
}

// No window longer than a limit of the latency can hold it.
Duration LongestWindow(const scenarios::Scenario& scenario) {
  Duration longest = kLongestWindow;
  for (const scenarios::Threshold& threshold : scenario.slo) {
    const bool from_above = threshold.comparison == scenarios::Comparison::kAtMost ||
                            threshold.comparison == scenarios::Comparison::kBelow;
    if (from_above &&
        (threshold.quantity.starts_with("latency.") || threshold.quantity.starts_with("wait."))) {
      longest =
          std::min(longest, std::max(Duration(std::llround(threshold.value)), kShortestWindow));
    }
  }
  return longest;
}

// Where a batch is sooner than single calls under one of the polls, and half and twice as many
// addresses, as far as the usual values do not lie around it.
std::vector<std::size_t> AroundBreakEven(scenarios::Scenario scenario,
                                         const std::vector<Choice>& polls) {
  std::vector<std::size_t> values;
  for (const Choice& poll : polls) {
    scenario.client.poll = poll;
    const std::size_t addresses = scenarios::BreakEven(scenario).value_or(0);
    for (const std::size_t value : {addresses / 2, addresses, 2 * addresses}) {
      if (addresses > kUsualSingleBelow.back() && std::ranges::count(values, value) == 0) {
        values.push_back(value);
      }
    }
  }
  std::ranges::sort(values);
  return values;
}

}  // namespace

TuneKnobs KnobsFor(const scenarios::Scenario& scenario, const std::vector<std::string>& kept,
                   std::optional<std::size_t> largest_batch) {
  TuneKnobs knobs{.polls = {scenario.client.poll},
                  .max_in_flight = {scenario.batcher.max_in_flight},
                  .max_items = {std::min(scenario.batcher.max_items,
                                         largest_batch.value_or(scenario.batcher.max_items))},
                  .single_below = {scenario.batcher.single_below},
                  .shortest_window = kShortestWindow,
                  .longest_window = LongestWindow(scenario)};
  const bool polls_matter = scenario.server.batch_mode == mock_server::BatchMode::kPending;
  if (polls_matter && !Keeps(kept, "client.poll")) {
    for (const Choice& poll :
         {batcher::ExpectedPoll(),
          batcher::FixedPoll(std::max(kUsualPoll, scenario.client.min_poll))}) {
      if (!SamePoll(poll, scenario.client.poll)) {
        knobs.polls.push_back(poll);
      }
    }
  }
  if (!Keeps(kept, "batcher.max_in_flight")) {
    knobs.max_in_flight =
        OwnFirst<std::optional<std::size_t>>(knobs.max_in_flight[0], {1, 2, 4, 8, 16});
  }
  if (!Keeps(kept, "batcher.max_items")) {
    std::vector<std::size_t> smaller;
    for (const std::size_t items : {10U, 30U, 100U, 300U}) {
      if (items < knobs.max_items[0]) {
        smaller.push_back(items);
      }
    }
    knobs.max_items = OwnFirst(knobs.max_items[0], smaller);
  }
  if (!Keeps(kept, "batcher.single_below")) {
    std::vector<std::size_t> others(kUsualSingleBelow.begin(), kUsualSingleBelow.end());
    for (const std::size_t value : AroundBreakEven(scenario, knobs.polls)) {
      if (std::ranges::count(others, value) == 0) {
        others.push_back(value);
      }
    }
    knobs.single_below = OwnFirst(knobs.single_below[0], others);
  }
  return knobs;
}

Candidate StartOf(const TuneKnobs& knobs, Duration window) {
  return {.window = window,
          .max_in_flight = knobs.max_in_flight[0],
          .max_items = knobs.max_items[0],
          .single_below = knobs.single_below[0]};
}

std::vector<Candidate> WithoutBatches(const TuneKnobs& knobs) {
  std::vector<Candidate> candidates;
  for (const std::optional<std::size_t>& in_flight : knobs.max_in_flight) {
    candidates.push_back(StartOf(knobs, Duration(0)));
    candidates.back().batches = false;
    candidates.back().max_in_flight = in_flight;
  }
  return candidates;
}

scenarios::Scenario With(const Candidate& candidate, const TuneKnobs& knobs,
                         scenarios::Scenario scenario) {
  scenario.batcher.max_in_flight = candidate.max_in_flight;
  if (!candidate.batches) {
    scenario.batcher.policy = batcher::UnbatchedPolicy();
    return scenario;
  }
  scenario.batcher.policy = batcher::WindowPolicy(candidate.window);
  scenario.batcher.max_items = candidate.max_items;
  scenario.batcher.single_below = candidate.single_below;
  scenario.client.poll = knobs.polls[candidate.poll];
  return scenario;
}

Duration RoundedWindow(Duration window) {
  if (window <= Duration(0)) {
    return Duration(0);
  }
  const auto value = static_cast<double>(window.count());
  const double unit = std::pow(10.0, std::floor(std::log10(value)) - 1);
  const double step = std::max(value < 50 * unit ? unit / 2 : unit, 1.0);
  return Duration(std::llround(std::round(value / step) * step));
}

std::vector<Duration> WindowsBetween(Duration low, Duration high, double ratio) {
  const double span =
      std::log(static_cast<double>(high.count()) / static_cast<double>(low.count()));
  const auto steps = static_cast<int>(std::ceil(span / std::log(ratio)));
  std::vector<Duration> windows;
  for (int i = 0; i <= steps; ++i) {
    const double factor = steps == 0 ? 1 : std::exp(span * i / steps);
    const Duration window =
        RoundedWindow(Duration(std::llround(static_cast<double>(low.count()) * factor)));
    if (windows.empty() || window > windows.back()) {
      windows.push_back(window);
    }
  }
  return windows;
}

std::string WindowText(Duration window) {
  std::string text = batcher::FormatDuration(window);
  const auto unit = text.find_first_not_of("0123456789.");
  return unit == std::string::npos ? text : text.insert(unit, " ");
}

std::string PollLabel(const Choice& poll) {
  return poll.kind() == "fixed" ? "each " + WindowText(poll.Time("every")) : poll.kind();
}

std::string LabelOf(const Candidate& candidate, const TuneKnobs& knobs) {
  const std::string in_flight = candidate.max_in_flight
                                    ? fmt::format("{} in flight", *candidate.max_in_flight)
                                    : "any number in flight";
  if (!candidate.batches) {
    return "no batching, " + in_flight;
  }
  std::string label = "window " + WindowText(candidate.window);
  const auto append = [&](const std::string& what) { label += ", " + what; };
  if (knobs.polls.size() > 1 && candidate.poll != 0) {
    append("poll " + PollLabel(knobs.polls[candidate.poll]));
  }
  if (candidate.single_below != knobs.single_below[0]) {
    append(candidate.single_below == 1 ? "lone calls in batches"
                                       : fmt::format("single below {}", candidate.single_below));
  }
  if (candidate.max_items != knobs.max_items[0]) {
    append(fmt::format("at most {} a batch", candidate.max_items));
  }
  if (candidate.max_in_flight != knobs.max_in_flight[0]) {
    append(in_flight);
  }
  return label;
}

}  // namespace bench
