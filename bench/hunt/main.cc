// batchlab_hunt: looks for the case in which a call has no outcome, two, or a neighbour's. A tool
// for whoever works on the batcher.

#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "batcher/base/defect.h"
#include "batcher/base/run_clock.h"
#include "bench/exit_code.h"
#include "bench/hunt/case_file.h"
#include "bench/hunt/draw.h"
#include "bench/hunt/report.h"
#include "bench/hunt/search.h"
#include "bench/hunt/shrink.h"

namespace {

using bench::ExitCode;

// Each a run of a millisecond or so.
constexpr int kMostTrials = 10'000;

struct Options {
  std::string seeds = "1..20000";
  unsigned threads = std::max(std::thread::hardware_concurrency(), 1U);
  std::string case_file;
  std::string out = "hunt_case.json";
  std::string defect;
  bool whole = false;
  bool json = false;
};

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// "7" or "1..100".
bool ParseSeeds(const std::string& text, hunt::SearchPlan& plan) {
  const std::size_t dots = text.find("..");
  const std::string first = text.substr(0, dots);
  const std::string last = dots == std::string::npos ? first : text.substr(dots + 2);
  const auto number = [](const std::string& digits, std::uint64_t& value) {
    const bool good = !digits.empty() && digits.size() < 19 &&
                      digits.find_first_not_of("0123456789") == std::string::npos;
    value = good ? std::strtoull(digits.c_str(), nullptr, 10) : 0;
    return good;
  };
  return number(first, plan.first) && number(last, plan.last) && plan.first >= 1 &&
         plan.first <= plan.last;
}

ExitCode Say(const std::string& text, ExitCode code) {
  return std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0 ? ExitCode::kUsage : code;
}

ExitCode Complain(const std::string& what) {
  std::fputs(fmt::format("batchlab_hunt: {}\n", what).c_str(), stderr);
  return ExitCode::kUsage;
}

ExitCode ReportFind(const hunt::Case& found, const Options& options, const std::string& program) {
  hunt::FindReport report{
      .found = found, .smallest = found, .program = program, .file = options.out};
  const std::optional<hunt::Broken> whole = hunt::TryApart(found);
  if (!whole) {
    return Complain(fmt::format("seed {} broke a promise, and does not a second time", found.seed));
  }
  report.broken = *whole;
  if (!options.whole) {
    const auto breaks = [&](const hunt::Case& run) {
      const auto broken = hunt::TryApart(run);
      const bool same = broken && broken->rule == whole->rule;
      report.broken = same ? *broken : report.broken;
      return same;
    };
    report.smallest = hunt::Shrink(found, breaks, kMostTrials);
  }
  std::ofstream file(options.out);
  file << hunt::CaseText(report.smallest);
  file.close();
  if (!file) {
    return Complain(options.out + ": can't be written");
  }
  return Say(options.json ? hunt::FindJson(report) : hunt::FindText(report), ExitCode::kFailed);
}

ExitCode RunFile(const Options& options, const std::string& program) {
  std::ifstream file(options.case_file);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto run = hunt::ParseCase(text);
  if (!file || !run) {
    return Complain(options.case_file + ": " + (file ? run.error().message : "can't be read"));
  }
  if (!hunt::TryApart(*run)) {
    return Say("Every promise kept by this case.\n", ExitCode::kGood);
  }
  return ReportFind(*run, options, program);
}

ExitCode Search(const Options& options, const std::string& program) {
  hunt::SearchPlan plan{.threads = options.threads};
  if (!ParseSeeds(options.seeds, plan)) {
    return Complain("--seeds: found \"" + options.seeds + "\", wanted a number or 1..100");
  }
  const auto began = batcher::RunClock::SteadyNow();
  const hunt::SearchResult result = hunt::Search(plan);
  if (result.found) {
    return ReportFind(hunt::Draw(*result.found), options, program);
  }
  if (result.seeds != plan.last - plan.first + 1) {
    return Complain("the search ended before its time, and no seed of it does so alone");
  }
  const hunt::HuntTimes times{
      .wall_s = std::chrono::duration<double>(batcher::RunClock::SteadyNow() - began).count(),
      .cpu_s = CpuSeconds()};
  return Say(options.json ? hunt::QuietJson(result, times) : hunt::QuietText(result, times),
             ExitCode::kGood);
}

#ifdef BATCHLAB_DEFECTS

// Which mistake is planted in the batcher from now on. False: there is no such mistake.
bool PlantDefect(const std::string& name) {
  const auto known = std::ranges::find(batcher::kDefectNames, name);
  if (known == batcher::kDefectNames.end() || known == batcher::kDefectNames.begin()) {
    Complain(fmt::format(
        "--defect: found \"{}\", wanted one of {}", name,
        fmt::join(batcher::kDefectNames.begin() + 1, batcher::kDefectNames.end(), ", ")));
    return false;
  }
  // NOLINTNEXTLINE(concurrency-mt-unsafe): there are no threads yet.
  return setenv("BATCHLAB_DEFECT", name.c_str(), 1) == 0;
}

#endif

std::string Footer() {
  return "A seed is a case: calls with keys, deadlines, cancels and sizes, a batcher with a policy "
         "and limits, a\nservice with faults, and flushes, retunes and drains meanwhile, each of "
         "which may be off altogether. It\nruns in virtual time, in one of two worlds: core (what "
         "every simulation drives) or front (what a program\nuses: calls, keys, stop tokens, "
         "loop). "
         "Watched are, after every event: one outcome for each call, told once,\nin time and for a "
         "reason; nobody gets a neighbour's answer; retries, polls, slots, connections, credits "
         "and\nrates within their limits; what is due leaves; nothing is left at the end; the "
         "ledger adds up, by Little's\nlaw too; a drain ends; a cancel changes nothing for others; "
         "the same seed gives the same records; and\nwhen all is over, one more call is "
         "answered.\n\nExit codes: 0 every promise kept, 99 one was broken, 2 wrong usage.";
}

ExitCode Perform(int argc, char** argv) {
  CLI::App app("Looks for a case that breaks the promise of one outcome for each call.",
               "batchlab_hunt");
  app.footer(Footer);
  Options options;
  app.add_option("--seeds", options.seeds, "One, or FIRST..LAST")->capture_default_str();
  app.add_option("--threads", options.threads, "The result does not depend on them")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--case", options.case_file, "Runs the case of a file instead");
  app.add_option("--out", options.out, "Where the smallest case of a find is written")
      ->capture_default_str();
  app.add_flag("--whole", options.whole, "Does not look for a smaller case that breaks too");
  app.add_flag("--json", options.json, "The result as JSON");
#ifdef BATCHLAB_DEFECTS
  app.add_option("--defect", options.defect, "Which mistake is planted in the batcher");
#endif
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ExitCode::kGood : ExitCode::kUsage;
  }
#ifdef BATCHLAB_DEFECTS
  if (!options.defect.empty() && !PlantDefect(options.defect)) {
    return ExitCode::kUsage;
  }
#endif
  const std::string program =
      options.defect.empty() ? argv[0] : fmt::format("{} --defect {}", argv[0], options.defect);
  return options.case_file.empty() ? Search(options, program) : RunFile(options, program);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return static_cast<int>(Perform(argc, argv));
  } catch (const std::exception& error) {
    std::fputs(fmt::format("batchlab_hunt: {}\n", error.what()).c_str(), stderr);
    return static_cast<int>(ExitCode::kUsage);
  }
}
