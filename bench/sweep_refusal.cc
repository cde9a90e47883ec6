#include "bench/sweep_refusal.h"

#include <fmt/format.h>

#include "bench/sweep_policies_plan.h"

namespace bench {
namespace {

using batcher::Error;

// What --policy all does not go with.
std::optional<Error> RefuseAllPolicies(const SweepOptions& options) {
  if (options.engine != "sim") {
    return Error{fmt::format(
        "--policy all tries hundreds of settings, which takes virtual time: found --engine {}, "
        "wanted sim",
        options.engine)};
  }
  if (!options.axes.forms.window.empty()) {
    return Error{"--window: --policy all tries windows of its own; wanted it without"};
  }
  if (!options.axes.paths.empty()) {
    return Error{"--sweep: --policy all compares nothing but policies; wanted --set with it"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> RefuseSweep(const SweepOptions& options) {
  const bool fresh = !options.settings.file.empty();
  const int ways =
      (fresh ? 1 : 0) + (options.resume.empty() ? 0 : 1) + (options.merge.empty() ? 0 : 1);
  if (ways != 1) {
    return Error{"wanted one of FILE, --resume DIR and --merge DIR..."};
  }
  if (!fresh && !options.price.empty()) {
    return Error{"--price goes with FILE: a sweep that was begun keeps its own"};
  }
  if (options.replications && (*options.replications < 1 || *options.replications > 100'000)) {
    return Error{
        fmt::format("--replications: found {}, wanted 1 to 100000", *options.replications)};
  }
  if (options.calls && (*options.calls < 1 || *options.calls > 1'000'000'000)) {
    return Error{fmt::format("--calls: found {}, wanted 1 to 1000000000", *options.calls)};
  }
  return AsksForAllPolicies(options.axes.forms) ? RefuseAllPolicies(options) : std::nullopt;
}

}  // namespace bench
