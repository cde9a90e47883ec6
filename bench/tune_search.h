#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "batcher/base/result.h"
#include "bench/progress.h"
#include "bench/tune_goal.h"
#include "bench/tune_scores.h"
#include "bench/tune_trials.h"

namespace bench {

// What the search has found.
struct TuneChoice {
  Candidate best = {};
  Score score = {};
  // The windows around it, with the other knobs as chosen, that hold and lose at most two points
  // (per cent, of a time) more.
  batcher::Duration flat_from{0};
  batcher::Duration flat_to{0};
  bool fragile = false;      // windows 5 % shorter or longer miss a demand, or lose more than that
  bool out_of_time = false;  // the budget ended the search before all knobs were tried
};

struct SearchRules {
  Goal goal = {};
  std::vector<scenarios::Threshold> slo = {};
  std::optional<std::chrono::steady_clock::time_point> deadline = {};  // none: as long as it takes
  Progress* progress = nullptr;                                        // none: silent
};

// Looks for the best setting: windows coarse to fine on a scale of ratios, and the other knobs one
// at a time from the best so far, each under all windows, then again under windows near the best. A
// knob is turned away from the scenario's own value only if that brings more than a point (or a
// demand to hold), or as much with a window a third shorter. The best is the smallest window within
// the tolerance of the goal from the least loss that holds; for a price, the bottom of a parabola
// through the losses nearby. None after a stop.
[[nodiscard]] batcher::Result<std::optional<TuneChoice>> Search(Trials& trials,
                                                                const SearchRules& rules);

}  // namespace bench
