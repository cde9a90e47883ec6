#include "bench/calibrate_options.h"

#include <CLI/CLI.hpp>

namespace bench {

void AddCalibrate(CLI::App& app, CalibrateOptions& options) {
  CLI::App* calibrate =
      app.add_subcommand("calibrate", "Measure a service and make the server of a scenario of it");
  calibrate->add_option("FILE", options.settings.file,
                        "A scenario: what is not measured stays as it has it, and its server is "
                        "what the mock serves (default: the defaults)");
  calibrate
      ->add_option(
          "--engine", options.engine,
          "http: a server that speaks the contract; live: Geoapify itself, which costs credits")
      ->check(CLI::IsMember({"http", "live"}))
      ->capture_default_str();
  calibrate
      ->add_option("--base-url", options.base_url,
                   "The server (default: a mock in this process, to try calibrate itself; live: "
                   "https://api.geoapify.com); its key is read from GEOAPIFY_API_KEY")
      ->type_name("URL");
  calibrate
      ->add_option("--ca", options.ca_file,
                   "Trust only the authorities of this PEM file for https (default: those of the "
                   "machine)")
      ->type_name("FILE");
  calibrate
      ->add_option("--max-credits", options.max_credits,
                   "Spend no more: a single call is 1 credit, an address of a batch 0.5. At least "
                   "6.5 (default: no limit; needed for live)")
      ->type_name("N");
  calibrate
      ->add_option("--addresses", options.addresses,
                   "The addresses to ask for, one a line; batches are no larger than there are "
                   "(default: made up; live: scenarios/addresses.csv)")
      ->type_name("FILE");
  calibrate
      ->add_option("--poll", options.poll,
                   "Polls are so far apart, 50 % more or less; the shorter, the finer (default: "
                   "5ms; live: 2s)")
      ->type_name("DURATION");
  calibrate->add_flag("--yes", options.yes, "With live: send without asking");
  calibrate
      ->add_option("--set", options.settings.sets,
                   "Override any field of the scenario: batcher.max_items=100. May be repeated")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  calibrate->add_option("--seed", options.settings.seed, "Another order of probes, other polls")
      ->type_name("N");
  calibrate->add_option("--out", options.out, "The result directory (default: results/runs/...)")
      ->type_name("DIR");
  CLI::Option* json =
      calibrate->add_flag("--json", options.output.json, "Print calibrate.json instead of words");
  calibrate->add_flag("--quiet", options.output.quiet, "Print nothing; the exit code tells")
      ->excludes(json);
  calibrate->footer(
      "Sends single calls and batches of three sizes, one at a time, in random order.\n"
      "Exit codes: 0 good; 2 wrong usage or input; 97 too few answers to conclude from; 130\n"
      "interrupted, what there is was written.");
}

}  // namespace bench
