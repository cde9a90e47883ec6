#include "bench/run_policies.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "bench/command_sweep.h"
#include "bench/terminal.h"

namespace bench {
namespace {

// Three to choose by and three to tell of.
constexpr std::size_t kReplications = 6;

}  // namespace

ExitCode RunAllPolicies(const RunOptions& options, const std::stop_token& stop) {
  if (!options.base_url.empty() || !options.ca_file.empty() || !options.metrics.address.empty()) {
    return Refuse(
        "--policy all runs in virtual time, which asks no server and serves no metrics; wanted it "
        "without --base-url, --ca and --metrics");
  }
  SweepOptions sweep;
  sweep.settings = SettingsOf(options);
  std::swap(sweep.axes.forms, sweep.settings.forms);
  sweep.engine = fmt::format("{}", fmt::join(options.engines, ","));
  sweep.replications = kReplications;
  sweep.calls_as_written = true;
  sweep.price = options.price;
  sweep.out = options.out;
  sweep.output = options.output;
  return CommandSweep(sweep, stop);
}

}  // namespace bench
