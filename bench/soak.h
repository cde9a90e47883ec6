#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "batcher/base/result.h"
#include "batcher/runtime/observer.h"
#include "bench/http_service.h"
#include "bench/outcome_audit.h"
#include "bench/run_result.h"
#include "results/lib/summary.h"
#include "scenarios/scenario.h"

namespace bench {

struct SoakPlan {
  scenarios::Scenario scenario = {};
  batcher::Duration length = std::chrono::minutes(10);
  // In force one after the other, each for `dwell`, over and over; empty: the scenario's policy.
  std::vector<batcher::Duration> windows = {};
  batcher::Duration dwell = std::chrono::seconds(30);
};

// What came of one window, all its turns together.
struct SoakWindow {
  batcher::Duration window{0};  // none of those of the plan: 0
  batcher::Duration in_force{0};
  results::Summary summary = {};  // measured
};

struct SoakResult {
  std::vector<SoakWindow> windows = {};  // of the plan, in its order; one if it has none
  results::Summary all = {};
  AuditCounts audit = {};
  std::size_t most_queued = 0;  // calls, at one time
  batcher::Duration lasted{0};
  // Memory of the process in bytes: once each window has been in force and a tenth of the time is
  // over (at half of it at the latest), and at the end.
  std::uint64_t resident_early = 0;
  std::uint64_t resident_late = 0;
  bool interrupted = false;
};

// Puts the scenario to work over HTTP for a time, its arrivals over and over, the window stepped
// while it runs. `also`, if there is one, is told of all that happens. Blocks until the end or a
// stop. An error is what keeps it from starting.
[[nodiscard]] batcher::Result<SoakResult> Soak(const SoakPlan& plan, HttpService& service,
                                               batcher::Observer* also, const RunControl& control);

// Memory may grow that much and still be called flat: an allocator's slack.
inline constexpr double kFlatShare = 0.1;
inline constexpr std::uint64_t kFlatBytes = std::uint64_t{4} << 20U;
[[nodiscard]] bool IsFlat(const SoakResult& result);

}  // namespace bench
