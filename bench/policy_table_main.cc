// batchlab_policies: what each policy costs, on seven kinds of traffic, beside who knows all calls
// beforehand. A tool for whoever works on the policies; it depends on nothing but its options.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "bench/policy_table.h"

namespace {

std::string Footer() {
  std::string text = "The traffics:\n";
  for (const bench::PolicyTraffic& traffic : bench::PolicyTraffics()) {
    text += fmt::format("  {:<9} {}\n", traffic.name, traffic.meaning);
  }
  return text +
         "\n\"best\": chosen from a grid on the very arrivals, in hindsight. All runs are in "
         "virtual time,\nwithout limits and with a service that takes no time.";
}

int Perform(int argc, char** argv) {
  CLI::App app(
      "What each policy costs (price x batches + waiting of all calls) over the least cost that\n"
      "anybody could have had who knew all calls beforehand: for each traffic at a price of 100 "
      "ms,\n"
      "then the worst and the geometric mean at 10 ms, 100 ms and 1 s.",
      "batchlab_policies");
  app.footer(Footer);
  bench::PolicyTableSize size;
  bool json = false;
  bool quick = false;
  app.add_option("--calls", size.calls, "Calls of one run")
      ->check(CLI::Range(1, 100'000'000))
      ->capture_default_str();
  app.add_option("--seeds", size.seeds, "Runs of each traffic, each with other arrivals")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  app.add_option("--jobs", size.jobs, "Threads; the table does not depend on them")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  app.add_flag("--quick", quick, "Without the rows that choose two things in hindsight");
  app.add_flag("--json", json, "All cells with the ratio of each seed, as JSON");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const auto table =
      bench::MakePolicyTable(quick ? bench::QuickPolicyRows() : bench::PolicyRows(), size);
  const std::string text =
      json ? bench::PolicyTableJson(table, size) : bench::PolicyTableText(table);
  return std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0 ? 2 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Perform(argc, argv);
  } catch (const std::exception& error) {
    std::fputs(fmt::format("batchlab_policies: {}\n", error.what()).c_str(), stderr);
    return 2;
  }
}
