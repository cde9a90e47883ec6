#pragma once

#include "bench/command_calibrate.h"
#include "bench/command_compare.h"
#include "bench/command_demo.h"
#include "bench/command_report.h"
#include "bench/command_run.h"
#include "bench/command_serve.h"
#include "bench/command_soak.h"
#include "bench/command_sweep.h"
#include "bench/command_tune.h"
#include "bench/command_verify.h"

// The name that CLI11 has. NOLINTNEXTLINE(readability-identifier-naming)
namespace CLI {
class App;
}  // namespace CLI

namespace bench {

// What the subcommands are told by the command line.
struct CommandLine {
  DemoOptions demo;
  RunOptions run;
  SweepOptions sweep;
  TuneOptions tune;
  SoakOptions soak;
  CalibrateOptions calibrate;
  ServeOptions serve;
  VerifyOptions verify;
  CompareOptions compare;
  ReportOptions report;
};

// Adds all subcommands with their options and their help. `line` must outlive the parsing.
void AddCommands(CLI::App& app, CommandLine& line);

}  // namespace bench
