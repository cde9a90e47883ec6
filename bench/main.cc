// The batchlab command: hands over to one function for each subcommand.

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
#include "bench/command_line.h"
#include "bench/interrupt.h"
#include "bench/terminal.h"

namespace {

constexpr const char* kNextSteps =
    "batchlab: how long should a batch wait?\n\n"
    "  batchlab demo                               the four ways to look up many addresses\n"
    "  batchlab run scenarios/web-poisson.json     one scenario, in virtual time\n"
    "  batchlab sweep scenarios/web-poisson.json   which window is the best for it\n"
    "  batchlab tune --enqueue-log calls.csv --service sizes.csv --slo 'latency.p99 <= 300ms'\n"
    "                                              which window is the best for your own calls\n"
    "  batchlab soak scenarios/web-poisson.json --for 10m --window 5ms..200ms --metrics "
    "127.0.0.1:9464\n"
    "                                              a long run to watch in Grafana\n"
    "  batchlab calibrate --base-url URL           how long a service takes, as a scenario\n"
    "  batchlab compare A B                        what is different in the second of two "
    "results?\n"
    "  batchlab verify                             does the simulator agree with mathematics?\n"
    "  batchlab report DIR -o report.html          a result as one page to show around\n"
    "  batchlab serve --port 8080 --api-key KEY    the mock geocoder, for any client\n\n"
    "batchlab COMMAND --help tells all options.\n";

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
  bench::CommandLine line;
  bench::AddCommands(app, line);
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
  if (line.run.output.quiet || line.sweep.output.quiet || line.tune.output.quiet ||
      line.soak.output.quiet || line.calibrate.output.quiet || line.verify.output.quiet) {
    spdlog::set_level(spdlog::level::off);
  }
  if (app.got_subcommand("demo")) {
    code = bench::CommandDemo(line.demo, interrupt.token());
  } else if (app.got_subcommand("run")) {
    code = bench::CommandRun(line.run, interrupt.token());
  } else if (app.got_subcommand("sweep")) {
    code = bench::CommandSweep(line.sweep, interrupt.token());
  } else if (app.got_subcommand("tune")) {
    code = bench::CommandTune(line.tune, interrupt.token());
  } else if (app.got_subcommand("soak")) {
    code = bench::CommandSoak(line.soak, interrupt.token());
  } else if (app.got_subcommand("calibrate")) {
    code = bench::CommandCalibrate(line.calibrate, interrupt.token());
  } else if (app.got_subcommand("compare")) {
    code = bench::CommandCompare(line.compare);
  } else if (app.got_subcommand("verify")) {
    code = bench::CommandVerify(line.verify, interrupt.token());
  } else if (app.got_subcommand("report")) {
    code = bench::CommandReport(line.report);
  } else if (app.got_subcommand("serve")) {
    code = bench::CommandServe(line.serve, interrupt.token());
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
