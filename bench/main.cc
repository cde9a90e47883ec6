// The batchlab command: reads the command line, and hands over to one function for each subcommand.

#include <fmt/core.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "bench/build_info.h"
#include "bench/command_demo.h"
#include "bench/command_run.h"
#include "bench/command_serve.h"
#include "bench/command_sweep.h"
#include "bench/interrupt.h"
#include "bench/terminal.h"

namespace {

constexpr const char* kNextSteps =
    "batchlab: how long should a batch wait?\n\n"
    "  batchlab demo                               the four ways to look up many addresses\n"
    "  batchlab run scenarios/web-poisson.json     one scenario, in virtual time\n"
    "  batchlab sweep scenarios/web-poisson.json   which window is the best for it\n"
    "  batchlab serve --port 8080 --api-key KEY    the mock geocoder, for any client\n\n"
    "batchlab COMMAND --help tells all options.\n";

void AddScenarioOptions(CLI::App& command, bench::ScenarioSettings& settings) {
  command
      .add_option("--set", settings.sets,
                  "Override any field of the scenario: batcher.max_items=100. May be repeated")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  command.add_option("--seed", settings.seed, "Another seed: other arrivals, other delays")
      ->type_name("N");
}

void AddDemo(CLI::App& app, bench::DemoOptions& options) {
  CLI::App* demo = app.add_subcommand(
      "demo", "Ten addresses and a sheet of 1,000 cells, each looked up in four ways, over HTTP");
  demo->add_option("--scenarios", options.scenarios, "The folder of the shipped scenarios")
      ->capture_default_str();
  demo->add_option("--out", options.out, "The result directory (default: results/runs/...)");
}

void AddRun(CLI::App& app, bench::RunOptions& options) {
  CLI::App* run = app.add_subcommand("run", "Put one scenario to work and tell what came of it");
  bench::ScenarioSettings& settings = options.settings;
  run->add_option("FILE", settings.file, "The scenario, see scenarios/README.md")->required();
  run->add_option("--engine", options.engines,
                  "sim: virtual time; http: real time, over HTTP; sim,http: both, side by side")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"sim", "http"}))
      ->default_str("sim");
  AddScenarioOptions(*run, settings);
  run->add_option("--window", settings.forms.window, "The window, such as 20ms")
      ->type_name("DURATION");
  run->add_option("--policy", settings.forms.policy, "The policy: unbatched, tick, window, natural")
      ->type_name("KIND");
  run->add_option("--rate", settings.forms.rate, "The rate of the arrivals, such as 200/s")
      ->type_name("RATE");
  run->add_option("--poll", settings.forms.poll, "Polls: expected, or fixed each DURATION")
      ->type_name("DURATION");
  run->add_option("--out", options.out, "The result directory (default: results/runs/...)")
      ->type_name("DIR");
  run->add_option("--base-url", options.base_url,
                  "A server that speaks the contract, for http (default: a mock in this process); "
                  "its key is read from GEOAPIFY_API_KEY")
      ->type_name("URL");
  run->add_flag("--no-calibration", options.no_calibration,
                "With sim,http: do not measure for a second what sending and late timers cost this "
                "machine; sim charges what the scenario says");
  CLI::Option* json =
      run->add_flag("--json", options.output.json,
                    "Print run.json instead of the summary; of several engines a list of them");
  run->add_flag("--quiet", options.output.quiet, "Print nothing; the exit code tells")
      ->excludes(json);
  run->footer(
      "Exit codes: 0 good; 2 wrong usage or input; 97 a demand of the scenario lacks evidence;\n"
      "98 the run is invalid; 99 a demand of the scenario is missed; 130 interrupted.");
}

void AddSweep(CLI::App& app, bench::SweepOptions& options) {
  CLI::App* sweep =
      app.add_subcommand("sweep", "Put one scenario to work under many settings and compare them");
  sweep->add_option("FILE", options.settings.file, "The scenario, see scenarios/README.md");
  sweep
      ->add_option("--window", options.axes.forms.window,
                   "Windows: 5ms,20ms or 1ms..500ms (1, 2, 3, 5 times powers of ten), "
                   "0ms..90ms:lin:10, 1ms..1s:log:7. Alone it is 1ms..500ms")
      ->type_name("VALUES");
  sweep->add_option("--policy", options.axes.forms.policy, "Policies, such as window,natural")
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
  sweep->add_option("--jobs", options.jobs, "Threads (default: one for each core)")
      ->check(CLI::Range(1, 1024))
      ->type_name("N");
  sweep->add_option("--shard", options.shard, "Run only the i-th of n parts, such as 2/3")
      ->type_name("I/N");
  sweep->add_option("--resume", options.resume, "Go on with a sweep that was interrupted")
      ->type_name("DIR");
  sweep->add_option("--merge", options.merge, "Join the folders of all parts into one result")
      ->type_name("DIR...");
  sweep->add_option("--out", options.out, "The result directory (default: results/runs/...)")
      ->type_name("DIR");
  CLI::Option* json =
      sweep->add_flag("--json", options.output.json, "Print sweep.json instead of the table");
  sweep->add_flag("--quiet", options.output.quiet, "Print nothing; the exit code tells")
      ->excludes(json);
  sweep->footer(
      "Each window stands beside single calls at once (unbatched) and the article's loop of a 100 "
      "ms\n"
      "sleep. Exit codes: 0 good; 2 wrong usage or input; 98 a run is invalid; 130 interrupted.");
}

void AddServe(CLI::App& app, bench::ServeOptions& options) {
  CLI::App* serve =
      app.add_subcommand("serve", "The mock geocoding server alone, until SIGINT or SIGTERM");
  serve->add_option("--port", options.port, "The port; 0 takes a free one")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  serve->add_option("--bind", options.bind, "The address to listen on")->capture_default_str();
  serve->add_option("--api-key", options.api_key,
                    "The only key to accept (default: any that is not empty)");
  serve
      ->add_option("--public-url", options.public_url,
                   "The origin put into a batch answer's url (default: its own)")
      ->type_name("URL");
  serve
      ->add_option("--scenario", options.settings.file,
                   "The scenario whose server part is modelled (default: the defaults)")
      ->type_name("FILE");
  AddScenarioOptions(*serve, options.settings);
}

// An option with the empty text of a script's unset variable would be taken for one left out.
void RefuseEmptyTexts(CLI::App& app) {
  for (CLI::App* command : app.get_subcommands({})) {
    for (CLI::Option* option : command->get_options()) {
      if (option->get_items_expected_max() > 0) {  // no flag
        option->check([](const std::string& text) {
          return std::string(text.empty() ? "found an empty text, wanted a value" : "");
        });
      }
    }
  }
}

// What CLI11 did not understand, and where is told what there is.
std::string UsageSentence(const CLI::App& app, const CLI::ParseError& error) {
  std::string command = "batchlab";
  for (const CLI::App* used : app.get_subcommands()) {
    command += " " + used->get_name();
  }
  return fmt::format("{}; '{} --help' tells what there is", error.what(), command);
}

// The log: one line each on standard error, over what the progress line has there.
void SetUpLog() {
  const bool terminal = isatty(STDERR_FILENO) == 1;
  spdlog::set_default_logger(spdlog::stderr_color_mt("batchlab", bench::ColoursAllowed()
                                                                     ? spdlog::color_mode::automatic
                                                                     : spdlog::color_mode::never));
  spdlog::set_pattern(terminal ? "\r\033[K%^%l%$: %v" : "%l: %v");
}

int Perform(int argc, char** argv) {
  const bench::Interrupt interrupt;
  // A peer that goes away is an error of one request, not the end of the program.
  std::signal(SIGPIPE, SIG_IGN);
  SetUpLog();

  CLI::App app("batchlab: how long should a batch wait?", "batchlab");
  app.set_version_flag("--version", std::string("batchlab ") + bench::kVersion);
  app.require_subcommand(0, 1);
  bench::DemoOptions demo;
  bench::RunOptions run;
  bench::SweepOptions sweep;
  bench::ServeOptions serve;
  AddDemo(app, demo);
  AddRun(app, run);
  AddSweep(app, sweep);
  AddServe(app, serve);
  RefuseEmptyTexts(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {  // --help, --version
      return app.exit(error);
    }
    return static_cast<int>(bench::Refuse(UsageSentence(app, error)));
  }
  bench::ExitCode code = bench::ExitCode::kGood;
  if (app.got_subcommand("demo")) {
    code = bench::CommandDemo(demo, interrupt.token());
  } else if (app.got_subcommand("run")) {
    if (run.output.quiet) {
      spdlog::set_level(spdlog::level::off);
    }
    code = bench::CommandRun(run, interrupt.token());
  } else if (app.got_subcommand("sweep")) {
    if (sweep.output.quiet) {
      spdlog::set_level(spdlog::level::off);
    }
    code = bench::CommandSweep(sweep, interrupt.token());
  } else if (app.got_subcommand("serve")) {
    code = bench::CommandServe(serve, interrupt.token());
  } else {
    fmt::print("{}", kNextSteps);
  }
  return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Perform(argc, argv);
  } catch (const std::exception& thrown) {  // out of memory, or a library's own fault
    std::fputs("batchlab: ", stderr);
    std::fputs(thrown.what(), stderr);
    std::fputs("\n", stderr);
    return EXIT_FAILURE;
  }
}
