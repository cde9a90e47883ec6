#include "bench/tune_options.h"

#include <CLI/CLI.hpp>

namespace bench {
namespace {

// How the calls, and what the service takes, are read.
void AddLogOptions(CLI::App* tune, TuneOptions& options) {
  TuneSources& sources = options.sources;
  tune->add_option(
          "--enqueue-log", sources.log.path,
          "Your calls: CSV with a header or JSON lines, - for standard input, with a column "
          "of times; optional: key, session, group, delivered_ns")
      ->type_name("FILE");
  tune->add_option("--time-column", sources.log.time_column,
                   "The column of times (default: found by its name)")
      ->type_name("NAME");
  tune->add_option("--time-unit", sources.log.time_unit, "ns, us, ms, s or iso (default: found)")
      ->check(CLI::IsMember({"ns", "us", "ms", "s", "iso"}));
  tune->add_option("--time-is", options.time_is,
                   "arrival, or completion: then a call came its duration before")
      ->check(CLI::IsMember({"arrival", "completion"}))
      ->capture_default_str();
  tune->add_option("--duration-column", sources.log.duration_column,
                   "The column that tells how long a call took")
      ->type_name("NAME");
  tune->add_option("--duration-unit", sources.log.duration_unit,
                   "ns, us, ms or s (default: from its name or its values)")
      ->check(CLI::IsMember({"ns", "us", "ms", "s"}));
  tune->add_option(
          "--service", sources.service,
          "How long the service takes: sizes.csv (size, ms: twenty timings by hand will do), "
          "a batches.csv, or a scenario (default: that of the default scenario, a guess)")
      ->type_name("FILE");
  tune->add_flag("--extrapolate", sources.extrapolate,
                 "Also try batches larger than any that was timed");
}

}  // namespace

void AddTune(CLI::App& app, TuneOptions& options) {
  CLI::App* tune = app.add_subcommand(
      "tune", "Which window is the best for a log of your own calls, or for scenarios");
  TuneSources& sources = options.sources;
  tune->add_option("FILE", sources.files,
                   "Scenarios, see scenarios/README.md; several with --robust")
      ->type_name("FILE...");
  AddLogOptions(tune, options);
  tune->add_option("--slo", sources.slo,
                   "A demand, such as 'latency.p99 <= 300ms'. May be repeated")
      ->allow_extra_args(false)
      ->type_name("DEMAND");
  tune->add_option("--minimise", options.minimise,
                   "requests: HTTP requests, polls counted; latency: its mean; credits")
      ->check(CLI::IsMember({"requests", "latency", "credits"}))
      ->capture_default_str();
  tune->add_option("--call-price", options.call_price,
                   "For experts: minimise price x HTTP requests + waiting, a request being worth "
                   "that much waiting of one call")
      ->type_name("DURATION");
  tune->add_flag("--robust", options.robust,
                 "One setting for several scenarios: the least worst regret");
  tune->add_option("--budget", options.budget, "The search takes no longer")
      ->type_name("DURATION")
      ->capture_default_str();
  CLI::Option* emit = tune->add_option("--emit", options.emit,
                                       "Print only the choice, for cpp (the batcher of this "
                                       "project), kafka, triton, dataloader or env");
  emit->check(CLI::IsMember({"cpp", "kafka", "triton", "dataloader", "env"}));
  tune->add_option("--set", sources.sets,
                   "Override any field of the scenario; a knob that is set so is not turned: "
                   "batcher.max_in_flight=4. May be repeated")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  tune->add_option("--seed", sources.seed, "Another seed")->type_name("N");
  tune->add_option("--jobs", options.jobs, "Threads (default: one for each core)")
      ->check(CLI::Range(1, 1024))
      ->type_name("N");
  tune->add_option("--out", options.out, "The result directory (default: results/runs/...)")
      ->type_name("DIR");
  CLI::Option* json =
      tune->add_flag("--json", options.output.json, "Print tune.json instead of words");
  emit->excludes(json);
  tune->add_flag("--no-report", options.output.no_report,
                 "Do not write report.html beside the result");
  tune->add_flag("--quiet", options.output.quiet, "Print nothing; the exit code tells")
      ->excludes(json);
  tune->footer(
      "Demands are on what a run's summary has: latency.p50 .. p99.9, latency.mean, wait.mean,\n"
      "requests_saved, burst_completion.p99 ... (see results/README.md). A service is taken to be\n"
      "polled for the results of a batch; --set server.batch_mode=immediate: the reply has them.\n"
      "Turned are the window, polls, max_in_flight, max_items and single_below.\n"
      "Exit codes: 0 good, also for \"do not batch\"; 2 wrong usage or input; 97 the log lacks "
      "the\n"
      "evidence, or callers wait for answers; 99 the demands can't be held, or did not hold on "
      "the\n"
      "rest; 130 interrupted.");
}

}  // namespace bench
