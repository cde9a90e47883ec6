#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/scenario.h"

namespace bench {

// What tune turns: one setting of every knob.
struct Candidate {
  bool batches = true;  // false: each call by itself at once; the other knobs but max_in_flight
                        // then mean nothing
  batcher::Duration window{0};
  std::size_t poll = 0;  // of TuneKnobs::polls
  std::optional<std::size_t> max_in_flight = {};
  std::size_t max_items = 1;
  std::size_t single_below = 1;

  friend auto operator<=>(const Candidate&, const Candidate&) = default;
};

// The values among which tune looks. The first of each is that of the scenario.
struct TuneKnobs {
  std::vector<batcher::Choice> polls = {};
  std::vector<std::optional<std::size_t>> max_in_flight = {};
  std::vector<std::size_t> max_items = {};
  std::vector<std::size_t> single_below = {};
  batcher::Duration shortest_window{0};  // above 0; 0 itself is always tried
  batcher::Duration longest_window{0};
};

// The knobs for a scenario. Where a batch is sooner than single calls (scenarios::BreakEven) from
// more addresses on than the usual values of single_below, as many are tried too, and half and
// twice as many. Those that the user set by hand (`kept`: paths of fields such as "client.poll")
// stay as they are; no batch is larger than `largest_batch`, if there is one.
[[nodiscard]] TuneKnobs KnobsFor(const scenarios::Scenario& scenario,
                                 const std::vector<std::string>& kept,
                                 std::optional<std::size_t> largest_batch);

// The scenario's own setting, with `window` for its policy.
[[nodiscard]] Candidate StartOf(const TuneKnobs& knobs, batcher::Duration window);

// Single calls at once, under each limit of what is in flight, the scenario's own first.
[[nodiscard]] std::vector<Candidate> WithoutBatches(const TuneKnobs& knobs);

[[nodiscard]] scenarios::Scenario With(const Candidate& candidate, const TuneKnobs& knobs,
                                       scenarios::Scenario scenario);

// Rounded to what somebody would type: two digits, below 50 of them to the half (10.5, but 51).
[[nodiscard]] batcher::Duration RoundedWindow(batcher::Duration window);

// Windows from `low` to `high`, both rounded, each at most `ratio` times the one before it, without
// doubles. REQUIRES: 0 < low <= high, ratio > 1.
[[nodiscard]] std::vector<batcher::Duration> WindowsBetween(batcher::Duration low,
                                                            batcher::Duration high, double ratio);

// "window 110 ms, poll expected, 8 in flight": behind the window what differs from the first of the
// knobs.
[[nodiscard]] std::string LabelOf(const Candidate& candidate, const TuneKnobs& knobs);

// "110 ms": exactly, as people write it.
[[nodiscard]] std::string WindowText(batcher::Duration window);

// "each 100 ms", "expected".
[[nodiscard]] std::string PollLabel(const batcher::Choice& poll);

}  // namespace bench
