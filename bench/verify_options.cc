#include "bench/verify_options.h"

#include <CLI/CLI.hpp>

namespace bench {

void AddVerify(CLI::App& app, VerifyOptions& options) {
  CLI::App* verify = app.add_subcommand(
      "verify", "Prove the simulator here: simulate what mathematics has an answer for");
  verify->add_option("--case", options.cases, "Only this one. May be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false);
  verify
      ->add_option("--set", options.sets,
                   "Other numbers for the one case: rate=137/s, window=23ms. May be repeated")
      ->type_name("FIELD=VALUE")
      ->allow_extra_args(false);
  verify
      ->add_option("--calls", options.calls,
                   "Calls of each case (default: as many as tell a fault of 2 %)")
      ->type_name("N");
  verify->add_option("--seed", options.seed, "Other arrivals, other delays")
      ->type_name("N")
      ->capture_default_str();
  verify->add_option("--jobs", options.jobs, "Threads (default: one for each core)")
      ->check(CLI::Range(1, 1024))
      ->type_name("N");
  CLI::Option* json =
      verify->add_flag("--json", options.output.json, "Print JSON instead of the table");
  verify->add_flag("--quiet", options.output.quiet, "Print nothing; the exit code tells")
      ->excludes(json);
  verify->footer(VerifyCaseHelp() +
                 "Exit codes: 0 all agree; 2 wrong usage or input; 97 too noisy to tell a fault of "
                 "2 %;\n99 one differs; 130 interrupted.");
}

}  // namespace bench
