#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "batcher/base/result.h"
#include "bench/run_result.h"
#include "bench/simulate.h"
#include "bench/tune_candidate.h"
#include "results/lib/distributions.h"
#include "results/lib/replication.h"
#include "results/lib/summary.h"
#include "scenarios/scenario.h"

namespace bench {

// Where candidates are tried: some calls, a service, a number of seeds.
struct TrialGround {
  scenarios::Scenario scenario = {};           // but for the knobs that candidates turn
  std::optional<RecordedCalls> recorded = {};  // the calls; none: those of the scenario
  std::vector<std::uint64_t> seeds = {};       // of the runs, which are pooled
};

// What came of a candidate on one ground. Runs of the same recorded calls add no evidence to one
// another: that of the summary is then of one run.
struct Trial {
  results::Summary summary = {};                // pooled over the seeds
  std::vector<results::Summary> runs = {};      // by seed
  bool same_calls = false;                      // of all runs: recorded ones
  std::optional<double> saturated_at = {};      // of a seed: calls/s that were answered at most
  double offered_rate = 0;                      // calls/s that came
  std::vector<results::CurvePoint> curve = {};  // latency by percentile, pooled
  results::BatchSizes sizes = {};               // pooled
};

// Runs candidates on grounds, in virtual time, on several threads, and remembers what came of them.
// Equal seeds meet equal calls and equal services, whatever the candidate. Not thread-safe.
class Trials {
 public:
  Trials(std::vector<TrialGround> grounds, TuneKnobs knobs, std::size_t jobs, RunControl control);

  // Tries those that have not been tried. False after a stop; an error is a file that can't be
  // read.
  [[nodiscard]] batcher::Result<bool> Run(std::span<const Candidate> candidates);

  // REQUIRES: it has been tried, 0 <= ground < grounds().
  [[nodiscard]] const Trial& Of(const Candidate& candidate, std::size_t ground = 0) const;
  [[nodiscard]] bool Has(const Candidate& candidate) const { return tried_.contains(candidate); }
  [[nodiscard]] std::vector<Candidate> Tried() const;

  [[nodiscard]] std::size_t grounds() const { return grounds_.size(); }
  [[nodiscard]] const TrialGround& ground(std::size_t index) const { return grounds_[index]; }
  [[nodiscard]] const TuneKnobs& knobs() const { return knobs_; }
  // Runs of the simulator so far.
  [[nodiscard]] std::size_t runs() const { return runs_; }

 private:
  std::vector<TrialGround> grounds_;
  TuneKnobs knobs_;
  std::size_t jobs_;
  RunControl control_;
  std::map<Candidate, std::vector<Trial>> tried_;  // each by ground
  std::size_t runs_ = 0;
};

}  // namespace bench
