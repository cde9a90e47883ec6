#include "bench/sweep_outlook.h"

#include <fmt/format.h>

#include <cmath>

#include "batcher/base/run_clock.h"
#include "bench/sweep_cell.h"
#include "results/lib/table.h"
#include "scenarios/arrivals.h"

namespace bench {
namespace {

std::string About(double seconds) {
  if (seconds < 1) {
    return "less than a second";
  }
  return seconds < 120 ? fmt::format("about {:.0f} s", seconds)
                       : fmt::format("about {:.0f} min", std::ceil(seconds / 60));
}

}  // namespace

batcher::Result<double> SecondsOfARun(const SweepPlan& plan, const std::stop_token& stop) {
  const std::size_t middle = plan.points.size() / 2;
  if (plan.engine == "http") {
    const batcher::Result<scenarios::Scenario> scenario = ScenarioOf(plan, middle, plan.first_seed);
    if (!scenario) {
      return scenario.error();
    }
    batcher::Result<scenarios::ArrivalStream> arrivals = scenarios::OpenArrivals(*scenario);
    if (!arrivals) {
      return arrivals.error();
    }
    double last = 0;
    while (const auto arrival = arrivals->Next()) {
      last = batcher::ToSeconds(arrival->at.time_since_epoch());
    }
    return last + 0.5;  // the start and the last answers
  }
  const auto start = batcher::RunClock::SteadyNow();
  if (const auto cell = RunCell(plan, middle, plan.first_seed, {.stop = stop}); !cell) {
    return cell.error();
  }
  return std::chrono::duration<double>(batcher::RunClock::SteadyNow() - start).count();
}

std::string OutlookLine(const SweepPlan& plan, Shard shard, const SweepWork& work, double seconds) {
  const auto scenario = ScenarioOf(plan, 0, plan.first_seed);
  std::string line = fmt::format("{} points x {} seeds", plan.points.size(), plan.replications);
  if (scenario && scenario->arrivals.kind() != "burst" && scenario->arrivals.Has("count")) {
    line += fmt::format(" x {} calls", results::FormatCount(scenario->arrivals.Count("count")));
  }
  line += plan.engine == "sim" ? " in virtual time" : " over HTTP, in real time";
  if (shard.of > 1) {
    line += fmt::format(", part {} of {}", shard.part, shard.of);
  }
  if (work.left < work.all) {
    line += fmt::format(", {} of {} runs are there already", work.all - work.left, work.all);
  }
  return line + ": " + About(seconds);
}

}  // namespace bench
