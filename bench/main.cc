// The batchlab command: reads the command line, and hands over to one function for each subcommand.

#include <fmt/core.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <string>

#include "bench/build_info.h"
#include "bench/command_demo.h"
#include "bench/command_run.h"
#include "bench/command_serve.h"
#include "bench/interrupt.h"

namespace {

constexpr const char* kNextSteps =
    "batchlab: how long should a batch wait?\n\n"
    "  batchlab demo                               the four ways to look up many addresses\n"
    "  batchlab run scenarios/web-poisson.json     one scenario, in virtual time\n"
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
  run->add_option("--window", settings.window, "The window, such as 20ms")->type_name("DURATION");
  run->add_option("--policy", settings.policy, "The policy: unbatched, tick, window, natural")
      ->type_name("KIND");
  run->add_option("--rate", settings.rate, "The rate of the arrivals, such as 200/s")
      ->type_name("RATE");
  run->add_option("--poll", settings.poll, "Polls: expected, or fixed each DURATION")
      ->type_name("DURATION");
  run->add_option("--out", options.out, "The result directory (default: results/runs/...)")
      ->type_name("DIR");
  run->add_option("--base-url", options.base_url,
                  "A server that speaks the contract, for http (default: a mock in this process); "
                  "its key is read from GEOAPIFY_API_KEY")
      ->type_name("URL");
  run->add_flag("--json", options.output.json, "Print run.json instead of the summary");
  run->add_flag("--quiet", options.output.quiet, "Print nothing; the exit code tells");
  run->footer(
      "Exit codes: 0 good; 2 wrong usage or input; 97 a demand of the scenario lacks evidence;\n"
      "98 the run is invalid; 99 a demand of the scenario is missed; 130 interrupted.");
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

}  // namespace

int main(int argc, char** argv) {
  const bench::Interrupt interrupt;
  // A peer that goes away is an error of one request, not the end of the program.
  std::signal(SIGPIPE, SIG_IGN);
  spdlog::set_default_logger(spdlog::stderr_color_mt("batchlab"));
  spdlog::set_pattern("%^%l%$: %v");

  CLI::App app("batchlab: how long should a batch wait?", "batchlab");
  app.set_version_flag("--version", std::string("batchlab ") + bench::kVersion);
  app.require_subcommand(0, 1);
  bench::DemoOptions demo;
  bench::RunOptions run;
  bench::ServeOptions serve;
  AddDemo(app, demo);
  AddRun(app, run);
  AddServe(app, serve);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool wanted = error.get_exit_code() == 0;  // --help, --version
    app.exit(error);
    return static_cast<int>(wanted ? bench::ExitCode::kGood : bench::ExitCode::kUsage);
  }
  bench::ExitCode code = bench::ExitCode::kGood;
  if (app.got_subcommand("demo")) {
    code = bench::CommandDemo(demo, interrupt.token());
  } else if (app.got_subcommand("run")) {
    code = bench::CommandRun(run, interrupt.token());
  } else if (app.got_subcommand("serve")) {
    code = bench::CommandServe(serve, interrupt.token());
  } else {
    fmt::print("{}", kNextSteps);
  }
  return static_cast<int>(code);
}
