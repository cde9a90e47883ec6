#include "bench/command_line.h"

#include <CLI/CLI.hpp>
#include <string>

#include "batcher/core/policy.h"
#include "bench/calibrate_options.h"
#include "bench/compare_options.h"
#include "bench/serve_options.h"
#include "bench/tune_options.h"
#include "bench/verify_options.h"

namespace bench {
namespace {

// "unbatched, tick, window, ..."
std::string PolicyNames() {
  std::string names;
  for (const batcher::PolicyKind& kind : batcher::PolicyKinds()) {
    names += (names.empty() ? "" : ", ") + std::string(kind.spec.name);
  }
  return names;
}

void AddScenarioOptions(CLI::App& command, ScenarioSettings& settings) {
  command
      .add_option("--set", settings.sets,
                  "Override any field of the scenario: batcher.max_items=100. May be repeated")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  command.add_option("--seed", settings.seed, "Another seed: other arrivals, other delays")
      ->type_name("N");
}

void AddMetricsOptions(CLI::App& command, MetricsPlace& place) {
  command
      .add_option("--metrics", place.address,
                  "Serve /metrics there, such as 127.0.0.1:9464; port 0 takes a free one")
      ->type_name("HOST:PORT");
  command
      .add_option("--metrics-hold", place.hold,
                  "If somebody scraped them, serve the metrics for so long after the end")
      ->type_name("DURATION")
      ->capture_default_str();
}

void AddReportFlag(CLI::App& command, OutputOptions& output) {
  command.add_flag("--no-report", output.no_report, "Do not write report.html beside the result");
}

void AddDemo(CLI::App& app, DemoOptions& options) {
  CLI::App* demo = app.add_subcommand(
      "demo", "Ten addresses and a sheet of 1,000 cells, each looked up in four ways, over HTTP");
  demo->add_option("--scenarios", options.scenarios, "The folder of the shipped scenarios")
      ->capture_default_str();
  demo->add_option("--out", options.out, "The result directory (default: results/runs/...)");
}

void AddLiveOptions(CLI::App& run, RunOptions& options) {
  run.add_option("--ca", options.ca_file,
                 "Trust only the authorities of this PEM file for https (default: those of the "
                 "machine)")
      ->type_name("FILE");
  run.add_option("--max-credits", options.max_credits,
                 "Spend no more credits: what would exceed them is not sent. Needed for live")
      ->type_name("N");
  run.add_flag("--yes", options.yes, "With live: send without asking");
}

void AddRun(CLI::App& app, RunOptions& options) {
  CLI::App* run = app.add_subcommand("run", "Put one scenario to work and tell what came of it");
  ScenarioSettings& settings = options.settings;
  run->add_option("FILE", settings.file, "The scenario, see scenarios/README.md")->required();
  run->add_option(
         "--engine", options.engines,
         "sim: virtual time; http: real time, over HTTP; live: Geoapify itself, which costs "
         "credits; sim,http: both, side by side")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"sim", "http", "live"}))
      ->default_str("sim");
  AddScenarioOptions(*run, settings);
  run->add_option("--window", settings.forms.window, "The window, such as 20ms")
      ->type_name("DURATION");
  run->add_option("--policy", settings.forms.policy,
                  "The policy: " + PolicyNames() +
                      "; all: compares all of them in virtual time, as sweep --policy all does")
      ->type_name("KIND");
  run->add_option("--rate", settings.forms.rate, "The rate of the arrivals, such as 200/s")
      ->type_name("RATE");
  run->add_option("--poll", settings.forms.poll,
                  "Polls: expected, backoff, schedule, or fixed each DURATION")
      ->type_name("DURATION");
  run->add_option("--price", options.price,
                  "What a batch is worth, in waiting of one call: tells how much more the run has "
                  "cost than it must (default: the price of the policy, if it has one)")
      ->type_name("DURATION");
  run->add_option("--out", options.out, "The result directory (default: results/runs/...)")
      ->type_name("DIR");
  run->add_option(
         "--base-url", options.base_url,
         "A server that speaks the contract, for http (default: a mock in this process) or "
         "live (default: https://api.geoapify.com); its key is read from GEOAPIFY_API_KEY")
      ->type_name("URL");
  run->add_option("--perfetto", options.perfetto,
                  "Write calls and batches on a time line there, for https://ui.perfetto.dev")
      ->type_name("FILE");
  AddLiveOptions(*run, options);
  AddMetricsOptions(*run, options.metrics);
  run->add_flag("--no-calibration", options.no_calibration,
                "With sim,http: do not measure for a second what sending and late timers cost this "
                "machine; sim charges what the scenario says");
  CLI::Option* json =
      run->add_flag("--json", options.output.json,
                    "Print run.json instead of the summary; of several engines a list of them");
  AddReportFlag(*run, options.output);
  run->add_flag("--quiet", options.output.quiet, "Print nothing; the exit code tells")
      ->excludes(json);
  run->footer(
      "Exit codes: 0 good; 2 wrong usage or input; 97 a demand of the scenario lacks evidence;\n"
      "98 the run is invalid; 99 a demand of the scenario is missed; 130 interrupted. --policy "
      "all\n"
      "leaves the files of a sweep, prints sweep.json for --json, and has the exit codes of a "
      "sweep.");
}

// How a sweep is divided, and what becomes of its result.
void AddSweepFiles(CLI::App& sweep, SweepOptions& options) {
  sweep.add_option("--jobs", options.jobs, "Threads (default: one for each core)")
      ->check(CLI::Range(1, 1024))
      ->type_name("N");
  sweep.add_option("--shard", options.shard, "Run only the i-th of n parts, such as 2/3")
      ->type_name("I/N");
  sweep.add_option("--resume", options.resume, "Go on with a sweep that was interrupted")
      ->type_name("DIR");
  sweep.add_option("--merge", options.merge, "Join the folders of all parts into one result")
      ->type_name("DIR...");
  sweep.add_option("--out", options.out, "The result directory (default: results/runs/...)")
      ->type_name("DIR");
  CLI::Option* json =
      sweep.add_flag("--json", options.output.json, "Print sweep.json instead of the table");
  AddReportFlag(sweep, options.output);
  sweep.add_flag("--quiet", options.output.quiet, "Print nothing; the exit code tells")
      ->excludes(json);
}

void AddSweep(CLI::App& app, SweepOptions& options) {
  CLI::App* sweep =
      app.add_subcommand("sweep", "Put one scenario to work under many settings and compare them");
  sweep->add_option("FILE", options.settings.file, "The scenario, see scenarios/README.md");
  sweep
      ->add_option("--window", options.axes.forms.window,
                   "Windows: 5ms,20ms or 1ms..500ms (1, 2, 3, 5 times powers of ten), "
                   "0ms..90ms:lin:10, 1ms..1s:log:7. Alone it is 1ms..500ms")
      ->type_name("VALUES");
  sweep
      ->add_option("--policy", options.axes.forms.policy,
                   "Policies, such as window,natural; all: one table of all of them, each at its "
                   "usual setting and at its best one at the price")
      ->type_name("KINDS");
  sweep->add_option("--rate", options.axes.forms.rate, "Rates of the arrivals: 50/s..800/s")
      ->type_name("VALUES");
  sweep->add_option("--poll", options.axes.forms.poll, "Polls: expected,50ms,100ms")
      ->type_name("VALUES");
  sweep
      ->add_option("--sweep", options.axes.paths,
                   "Values for any field of the scenario: batcher.max_items=10,100,1000. May be "
                   "repeated: all combinations are run")
      ->type_name("PATH=VALUES")
      ->allow_extra_args(false);
  AddScenarioOptions(*sweep, options.settings);
  sweep->add_option("--engine", options.engine, "sim: virtual time; http: real time, over HTTP")
      ->check(CLI::IsMember({"sim", "http"}))
      ->capture_default_str();
  sweep
      ->add_option("--replications", options.replications,
                   "Runs of each point, each with a seed of its own (default: 10; http: 3)")
      ->type_name("N");
  sweep
      ->add_option("--calls", options.calls,
                   "Calls of each run, for stationary arrivals (default: 10000; http: as the "
                   "scenario has it)")
      ->type_name("N");
  sweep
      ->add_option(
          "--price", options.price,
          "What a batch is worth, in waiting of one call: tells how much more each point "
          "costs than it must (default: the price of the policies, if they agree on one; with "
          "--policy all that of the scenario's policy, or 100ms)")
      ->type_name("DURATION");
  AddSweepFiles(*sweep, options);
  sweep->footer(
      "Each window stands beside single calls at once (unbatched) and the article's loop of a 100 "
      "ms\n"
      "sleep. --policy all chooses the best setting of each policy by the first half of the runs "
      "and\n"
      "tells of the other half. Demands of the scenario are told of and decide no exit code.\n"
      "Exit codes: 0 good; 2 wrong usage or input; 98 a run is invalid; 130 interrupted.");
}

void AddSoak(CLI::App& app, SoakOptions& options) {
  CLI::App* soak = app.add_subcommand(
      "soak", "Put one scenario to work over HTTP for a long time, and step the window meanwhile");
  soak->add_option("FILE", options.settings.file, "The scenario, see scenarios/README.md")
      ->required();
  soak->add_option("--for", options.length, "How long; the arrivals are repeated")
      ->type_name("DURATION")
      ->capture_default_str();
  soak->add_option("--window", options.windows,
                   "Windows in force in turn, over and over: 5ms,20ms or 5ms..200ms (1, 2, 3, 5 "
                   "times powers of ten). Default: the policy of the scenario")
      ->type_name("VALUES");
  soak->add_option("--dwell", options.dwell, "How long each window is in force")
      ->type_name("DURATION")
      ->capture_default_str();
  AddMetricsOptions(*soak, options.metrics);
  soak->add_option("--base-url", options.base_url,
                   "A server that speaks the contract (default: a mock in this process); its key "
                   "is read from GEOAPIFY_API_KEY")
      ->type_name("URL");
  AddScenarioOptions(*soak, options.settings);
  soak->add_option("--rate", options.settings.forms.rate, "The rate of the arrivals, such as 200/s")
      ->type_name("RATE");
  soak->add_option("--poll", options.settings.forms.poll,
                   "Polls: expected, backoff, schedule, or fixed each DURATION")
      ->type_name("DURATION");
  soak->add_option("--out", options.out, "The result directory (default: results/runs/...)")
      ->type_name("DIR");
  CLI::Option* json =
      soak->add_flag("--json", options.output.json, "Print soak.json instead of the table");
  soak->add_flag("--quiet", options.output.quiet, "Print nothing; the exit code tells")
      ->excludes(json);
  soak->footer(
      "Exit codes: 0 good; 2 wrong usage or input; 99 memory grew by more than 10 % and 4 MB "
      "after\n"
      "a tenth of the time; 98 a call had no outcome, or two; 130 interrupted.");
}

void AddReport(CLI::App& app, ReportOptions& options) {
  CLI::App* report = app.add_subcommand(
      "report", "One HTML file that shows a run, a sweep or a tune, and needs no network");
  report->add_option("DIR", options.folders, "The folder of a result; of runs also several")
      ->required()
      ->type_name("");
  report->add_option("-o,--out", options.out, "The file (default: report.html in the folder)")
      ->type_name("FILE");
  report->footer(
      "Several runs stand side by side. What is different between two results, beyond chance:\n"
      "batchlab compare A B --report FILE.");
}

}  // namespace

void AddCommands(CLI::App& app, CommandLine& line) {
  AddDemo(app, line.demo);
  AddRun(app, line.run);
  AddSweep(app, line.sweep);
  AddTune(app, line.tune);
  AddSoak(app, line.soak);
  AddCalibrate(app, line.calibrate);
  AddScenarioOptions(*AddServe(app, line.serve), line.serve.settings);
  AddVerify(app, line.verify);
  AddCompare(app, line.compare);
  AddReport(app, line.report);
}

}  // namespace bench
