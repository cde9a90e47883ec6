#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/result.h"
#include "bench/settings.h"
#include "bench/sweep_axes.h"
#include "scenarios/scenario.h"

namespace bench {

// One row of the table: the scenario with some changes.
struct SweepPoint {
  std::string label;                   // "50ms", "unbatched"
  std::vector<std::string> overrides;  // path=value
  bool baseline = false;               // there for comparison, whatever is swept
  std::string policy = {};             // of --policy all: its kind, with which the label begins
};

// All that decides the numbers of a sweep. Equal plans give equal files, byte for byte.
struct SweepPlan {
  std::string title;          // of the labels: "window"
  std::string scenario_json;  // in full, before the changes of the points
  std::vector<SweepPoint> points;
  std::string engine = "sim";
  std::uint64_t first_seed = 1;    // a replication's seed is this plus its number
  std::size_t replications = 10;   // runs of each point
  std::uint64_t max_stretch = 64;  // how many times as long a run may become for its evidence
  std::optional<batcher::Duration> price = {};  // of a batch, in waiting of one call; none: none
  // Of --policy all: of each point the first runs, by which the best settings are chosen; they have
  // no part in what is told of them. 0: chosen by the runs that are told of.
  std::size_t choosing_runs = 0;

  [[nodiscard]] std::size_t cells() const { return points.size() * replications; }
};

struct SweepSize {
  std::size_t replications = 10;
  std::optional<std::uint64_t> calls = {};  // of each run of stationary arrivals; none: as written
};

// A plan without points yet. An error if `size` asks for calls that the arrivals do not take.
[[nodiscard]] batcher::Result<SweepPlan> PlanWithoutPoints(const scenarios::Scenario& scenario,
                                                           const SweepSize& size,
                                                           const std::string& engine);

// Calls at once and the article's loop are added to each combination of what is not of the batcher
// or its client. `price`: of a batch; none: that of the policies that are swept, if those that have
// one agree on it. An error if an axis can't be read, or a point is no scenario.
[[nodiscard]] batcher::Result<SweepPlan> MakeSweepPlan(
    const ScenarioSettings& base, const SweepAxes& axes, const SweepSize& size,
    const std::string& engine, std::optional<batcher::Duration> price = std::nullopt);

// The scenario of one run. In virtual time the article's loop starts at a phase of its own for each
// seed: arrivals must not always meet it at the same moment.
[[nodiscard]] batcher::Result<scenarios::Scenario> ScenarioOf(const SweepPlan& plan,
                                                              std::size_t point,
                                                              std::uint64_t seed);

// The plan as a file: what a sweep that is resumed, or merged from parts, goes by.
[[nodiscard]] std::string PlanJson(const SweepPlan& plan);
[[nodiscard]] batcher::Result<SweepPlan> ParsePlan(std::string_view text);

}  // namespace bench
