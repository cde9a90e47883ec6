#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "batcher/base/result.h"
#include "bench/slo.h"
#include "bench/sweep_bound.h"
#include "bench/sweep_cell.h"
#include "bench/sweep_plan.h"
#include "results/lib/atom.h"
#include "results/lib/distributions.h"
#include "results/lib/interval.h"
#include "results/lib/quantities.h"

namespace bench {

// One quantity at one point of a sweep.
struct PointQuantity {
  results::Quantity pooled;  // over all runs of the point: quantiles of the merged histogram
  // 95 %, from the single runs; none: too few, or a mean that has no variance.
  std::optional<results::Interval> interval = {};
  // Where more than half of the runs agree to the digit: no interval then.
  std::optional<results::Atom> atom = {};
  // What the point has more than the point that is marked best, run by run of equal seeds.
  std::optional<results::Interval> over_best = {};
};

// A mean over the runs of a point, each counted once.
struct Estimate {
  double value = 0;
  std::optional<results::Interval> interval = {};  // 95 %; none: too few runs, or no variance
};

// One way to batch, by the call.
struct BatchingPerCall {
  Estimate cost_ms = {};  // price x batches + waiting
  double batches = 0;
  double waiting_ms = 0;
};

// What a point costs at the price of the sweep, and the least that its calls must cost: see
// results::Regret.
struct PointRegret {
  Estimate ratio = {};
  BatchingPerCall run = {};
  BatchingPerCall least = {};
  std::optional<double> fewest_batches = {};  // a call, of PointResult::max_wait
};

// One run of a point.
struct PointRun {
  std::uint64_t seed = 0;
  std::uint64_t stretch = 1;
  std::uint64_t warm_up_calls = 0;
  double offered_rate = 0;
  std::optional<double> saturated_at = {};
  std::optional<batcher::Duration> worst_minute_p99 = {};
  results::Summary summary = {};
  std::optional<results::Bounds> bounds = {};  // none without a price
};

// All runs of one point together.
struct PointResult {
  SweepPoint point = {};
  results::Summary summary = {};                // pooled
  std::vector<PointRun> runs = {};              // one for each seed
  std::vector<PointQuantity> quantities = {};   // as results::Quantities
  std::vector<results::CurvePoint> curve = {};  // latency by percentile, pooled
  results::BatchSizes sizes = {};               // pooled
  std::vector<SloResult> slo = {};
  std::optional<double> offered = {};       // calls per second that came
  std::optional<double> saturated_at = {};  // calls per second that were answered, if fewer
  std::uint64_t warm_up_calls = 0;          // left out of the times, over all runs
  std::uint64_t stretch = 1;                // of the longest run
  std::optional<batcher::Duration> worst_minute_p99 = {};
  std::string invalid = {};                // why a run of it can't be trusted; empty: all can
  std::optional<PointRegret> regret = {};  // none without a price
  std::optional<batcher::Duration> max_wait = {};  // the window of its policy, if it has one

  [[nodiscard]] bool usable() const { return !saturated_at && invalid.empty(); }
  // REQUIRES: it is one of results::Quantities.
  [[nodiscard]] const PointQuantity& Find(const std::string& name) const;
};

// What came of one policy in a sweep of --policy all. Points by their index.
struct PolicyChoice {
  std::string policy;                    // its kind
  std::size_t usual = 0;                 // the setting that the scenario or the registry gives it
  std::optional<std::size_t> best = {};  // the cheapest, by the runs for choosing; none: no point
                                         // of it can be compared
  std::size_t tried = 0;                 // settings
};

// The points of a sweep whose runs are all there. `best` is the fastest (by mean latency) of those
// points that hold the slo of the scenario and save within half a percent of the most of them; none
// if none holds it, or there is no slo. It and `lowest_p99` are none with --policy all, which marks
// the cheapest only.
struct SweepResult {
  std::vector<PointResult> points = {};     // of --policy all without the runs for choosing
  std::vector<PolicyChoice> policies = {};  // of --policy all
  std::string scenarios_policy = {};        // of --policy all: the kind that the scenario has
  // The points that a table shows, by index: all, or of --policy all the usual and best settings.
  std::vector<std::size_t> rows = {};
  std::optional<std::size_t> best = {};
  std::optional<std::size_t> lowest_p99 = {};
  std::optional<batcher::Duration> price = {};  // of a batch, as in the plan
  std::optional<std::size_t> cheapest = {};     // of the rows, see Cheapest
  std::optional<SweepBound> bound = {};         // see BoundOf
};

// `lines` as in SweepJournal::cells, one for each run of the plan.
[[nodiscard]] batcher::Result<SweepResult> PoolSweep(
    const SweepPlan& plan, const std::map<std::size_t, std::string>& lines);

}  // namespace bench
