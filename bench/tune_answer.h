#pragma once

#include <optional>
#include <string>
#include <vector>

#include "batcher/base/result.h"
#include "bench/tune_figures.h"
#include "bench/tune_goal.h"
#include "bench/tune_input.h"
#include "bench/tune_look.h"
#include "bench/tune_replay.h"
#include "bench/tune_search.h"
#include "results/lib/distributions.h"
#include "results/lib/interval.h"
#include "results/lib/summary.h"
#include "scenarios/gap_comb.h"

namespace bench {

// A line of the table.
struct TuneRow {
  Candidate candidate = {};
  std::string label = {};
  TuneFigures figures = {};
  // Where the figures are from:
  results::Summary summary = {};
  std::vector<results::CurvePoint> curve = {};
  results::BatchSizes sizes = {};
};

// What a knob that was turned away from the plain way bought, in the order in which they were
// turned.
struct TuneStep {
  std::string what = {};
  TuneFigures figures = {};  // with it, and all before it
};

// The choice under other traffic.
struct TuneScaled {
  double factor = 1;
  MoreTraffic how = MoreTraffic::kFaster;
  TuneFigures figures = {};
};

// A timer upstream that the choice waits for: shorter windows than its gaps save clearly less.
struct TuneEdge {
  scenarios::GapComb timer = {};
  batcher::Duration window{0};  // just shorter than the gaps
  TuneFigures figures = {};     // under it
};

// What tune answers.
struct TuneAnswer {
  Goal goal = {};
  std::vector<scenarios::Threshold> slo = {};
  std::string quantity = "latency.p99";  // the quantile that is told of
  TuneChoice choice = {};
  // Why not to batch here; none: batch.
  std::optional<std::string> do_not_batch = {};
  TuneFigures without = {};  // the best of single calls at once, where it was chosen
  TuneFigures chosen = {};   // where it was chosen
  TuneFigures checked = {};  // on the rest of the log, or on fresh seeds
  std::optional<results::Interval> saved_interval = {};     // 95 %: of another such stretch, or of
  std::optional<results::Interval> quantile_interval = {};  // fresh seeds
  bool held = true;                // the rest of the log, or the fresh seeds, hold the demands too
  std::vector<TuneRow> rows = {};  // the table; the choice is among them
  std::vector<TuneStep> steps = {};
  std::optional<TuneEdge> edge = {};
  CloserLook look = {};  // at the choice, on the first of the grounds
  std::vector<TuneScaled> scaled = {};
  // The rank of the choice among the rows if the service is as fast, or as slow, as its times
  // allow.
  std::optional<std::size_t> rank_if_fast = {};
  std::optional<std::size_t> rank_if_slow = {};
  std::size_t runs = 0;  // of the simulator
};

struct AnswerRules {
  SearchRules search = {};
  std::size_t jobs = 1;
};

// Searches, checks, and works out what there is to tell. None after a stop.
[[nodiscard]] batcher::Result<std::optional<TuneAnswer>> AnswerOf(const TuneInput& input,
                                                                  const AnswerRules& rules,
                                                                  const RunControl& control);

}  // namespace bench
