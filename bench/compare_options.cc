#include "bench/compare_options.h"

#include <CLI/CLI.hpp>

namespace bench {

void AddCompare(CLI::App& app, CompareOptions& options) {
  CLI::App* compare = app.add_subcommand(
      "compare", "What is different in the second of two results, beyond chance: runs or sweeps");
  compare->add_option("A_AND_B", options.folders, "The folders of the two results, the older first")
      ->required()
      ->expected(2);
  compare
      ->add_option("--fail-if", options.fail_if,
                   "End with 99 if B is worse beyond chance: 'latency.p99 worse by 5%', 'wait.mean "
                   "worse by 3ms'. May be repeated")
      ->type_name("DEMAND")
      ->allow_extra_args(false);
  compare
      ->add_option("--report", options.report,
                   "Write the comparison as one HTML file that needs no network")
      ->type_name("FILE");
  CLI::Option* json =
      compare->add_flag("--json", options.output.json, "Print JSON instead of the table");
  compare->add_flag("--quiet", options.output.quiet, "Print nothing; the exit code tells")
      ->excludes(json);
  compare->footer(
      "Exit codes: 0 good, whether they differ or not; 2 wrong usage or input; 97 a demand lacks\n"
      "evidence; 98 one of the results is invalid; 99 a demand failed.");
}

}  // namespace bench
