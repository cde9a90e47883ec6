#include "bench/command_demo.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "bench/demo_ways.h"
#include "bench/drive_http.h"
#include "bench/evaluate.h"
#include "bench/simulate.h"
#include "bench/terminal.h"
#include "results/lib/table.h"
#include "scenarios/keys.h"
#include "scenarios/load.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Result;
using batcher::geoapify::Place;
using results::Summary;

struct DoneWay {
  std::string label;
  bool virtual_time = false;
  RunResult run;
  Evaluated evaluated;
};

// The places that were answered, by call. Filled on the batcher's thread.
struct Places {
  std::mutex mutex;
  std::map<std::uint64_t, Place> by_call;  // Guarded by mutex.
};

// What all ways share.
struct Demo {
  const DemoOptions& options;
  Progress& progress;
  const std::stop_token& stop;
};

Result<DoneWay> Perform(const Demo& demo, const Job& job, const Way& way, bool simulate,
                        Places* places) {
  std::vector<std::string> overrides = job.overrides;
  overrides.insert(overrides.end(), way.overrides.begin(), way.overrides.end());
  const auto scenario = scenarios::LoadScenario(demo.options.scenarios + "/" + job.file, overrides);
  if (!scenario) {
    return scenario.error();
  }
  const RunControl control{.stop = demo.stop, .progress = nullptr};
  HttpOptions http{.warm_up_items = way.warms_up ? job.warm_up_items : 0};
  if (places != nullptr) {
    http.on_answer = [places](std::uint64_t call, const batcher::Answer<Place>& answer) {
      if (answer) {
        const std::lock_guard lock(places->mutex);
        places->by_call[call] = *answer;
      }
    };
  }
  Result<RunResult> run =
      simulate ? Simulate(*scenario, control) : DriveHttp(*scenario, http, control);
  if (!run) {
    return run.error();
  }
  Evaluated evaluated = Evaluate(*scenario, simulate ? "sim" : "http", *run);
  return DoneWay{.label = way.label,
                 .virtual_time = simulate,
                 .run = *std::move(run),
                 .evaluated = std::move(evaluated)};
}

Duration LastDone(const RunResult& run) {
  Duration last{0};
  for (const batcher::CallRecord& call : run.ledger.calls) {
    last = std::max(last, call.delivered.time_since_epoch());
  }
  return last;
}

std::string Requests(const Summary& summary) {
  std::string all = results::FormatCount(summary.http_requests);
  if (summary.polls == 0) {
    return all;
  }
  return fmt::format("{} = {} + {} poll{}", all, summary.http_requests - summary.polls,
                     summary.polls, summary.polls == 1 ? "" : "s");
}

void AddRows(const std::string& title, const std::vector<DoneWay>& ways, results::Table& table) {
  table.AddRow({title, "", "", "", ""});
  for (const DoneWay& way : ways) {
    const Summary& summary = way.evaluated.report.summary;
    table.AddRow({"  " + way.label + (way.virtual_time ? " (virtual time)" : ""),
                  results::FormatMs(LastDone(way.run)), results::FormatMs(summary.latency.p50),
                  Requests(summary), results::FormatNumber(summary.credits)});
  }
}

void PrintPlaces(const std::string& scenarios_folder, Places& places) {
  const auto scenario = scenarios::LoadScenario(scenarios_folder + "/article.json");
  auto keys = scenarios::OpenKeys(*scenario);
  const std::lock_guard lock(places.mutex);
  for (std::uint64_t call = 0; call < 10; ++call) {
    const std::string address = keys->KeyText(keys->Next());
    const auto place = places.by_call.find(call);
    if (place == places.by_call.end()) {
      fmt::print("{} -> not found\n", address);
    } else {
      fmt::print("{} -> {:.4f}, {:.4f}\n", address, place->second.lat, place->second.lon);
    }
  }
  fmt::print("{} of 10 found\n\n", places.by_call.size());
}

// All measured runs of the demo under one verdict: as good as the worst of them.
results::Verdict Together(const std::vector<DoneWay>& ten, const std::vector<DoneWay>& sheet) {
  results::Verdict worst;
  std::string label;
  bool first = true;
  for (const auto* job : {&ten, &sheet}) {
    for (const DoneWay& way : *job) {
      const results::Verdict& verdict = way.evaluated.report.verdict;
      const bool worse = verdict.status != worst.status
                             ? verdict.status == results::VerdictStatus::kInvalid
                             : verdict.margin > worst.margin;
      if (!way.virtual_time && (first || worse)) {
        worst = verdict;
        label = way.label;
        first = false;
      }
    }
  }
  if (worst.status == results::VerdictStatus::kInvalid) {
    worst.reasons.insert(worst.reasons.begin(), "the worst of the measured runs is " + label);
    worst.advice = {"close other programs and run it again"};
  }
  return worst;
}

// The figures in words, from the second way (all at once) and the last (batchlab).
void PrintConclusion(const std::vector<DoneWay>& ten, const std::vector<DoneWay>& sheet) {
  const double times = batcher::ToSeconds(LastDone(sheet[1].run)) /
                       std::max(batcher::ToSeconds(LastDone(sheet.back().run)), 1e-9);
  const Summary& at_once = ten[1].evaluated.report.summary;
  const Summary& batched = ten.back().evaluated.report.summary;
  fmt::print("The sheet is done {:.0f} x {} than all at once. ", times >= 1 ? times : 1 / times,
             times >= 1 ? "sooner" : "later");
  fmt::print("For ten addresses batching takes {} credits instead of {}; the median is {}.\n",
             results::FormatNumber(batched.credits), results::FormatNumber(at_once.credits),
             batched.latency.p50 > at_once.latency.p50 ? "worse" : "better");
}

// `from` is how far the demo has come, of 1: the four ways take half of it.
Result<std::vector<DoneWay>> PerformAll(const Demo& demo, const Job& job, Places* places,
                                        double from) {
  std::vector<DoneWay> done;
  const std::vector<Way> ways = FourWays();
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const bool simulate = i == 0 && job.simulate_one_by_one;
    const bool last = i + 1 == ways.size();
    Result<DoneWay> way = Perform(demo, job, ways[i], simulate, last ? places : nullptr);
    if (!way) {
      return way.error();
    }
    done.push_back(*std::move(way));
    demo.progress.Update(from +
                         0.5 * static_cast<double>(i + 1) / static_cast<double>(ways.size()));
    if (demo.stop.stop_requested()) {
      break;
    }
  }
  return done;
}

// Tells of both jobs and saves the last row.
ExitCode Conclude(const results::RunDirectory& directory, const results::Machine& machine,
                  const std::vector<DoneWay>& ten, const std::vector<DoneWay>& sheet) {
  results::Table table({{.header = "", .align = results::Align::kLeft},
                        {.header = "last done"},
                        {.header = "p50"},
                        {.header = "HTTP requests", .align = results::Align::kLeft},
                        {.header = "credits"}});
  AddRows(TenAddresses().title, ten, table);
  AddRows(Sheet().title, sheet, table);
  fmt::print("{}", table.Render(StyleOfStdout()));
  fmt::print(
      "* window 10 ms, polls at the expected time (learned from one unrecorded batch), "
      "batches of 250\n\n");
  fmt::print("{}\n", results::VerdictLine(Together(ten, sheet)));
  PrintConclusion(ten, sheet);
  if (const auto error = WriteFiles(directory, sheet.back().run, sheet.back().evaluated, machine)) {
    return Refuse(error->message);
  }
  fmt::print(
      "Saved   {}/  (the last row: calls.csv, batches.csv, run.json; columns in "
      "results/README.md)\n",
      directory.latest.value_or(directory.path).string());
  fmt::print("Next    scripts/batchlab run scenarios/web-poisson.json\n");
  return ExitCode::kGood;
}

// Why the demo can't begin, or none.
std::optional<batcher::Error> Refusal(const DemoOptions& options) {
  for (const Job& job : {TenAddresses(), Sheet()}) {
    const std::string file = options.scenarios + "/" + job.file;
    if (const auto scenario = scenarios::LoadScenario(file); !scenario) {
      return batcher::Error{scenario.error().message +
                            "; --scenarios names the folder of the shipped scenarios"};
    }
  }
  return std::nullopt;
}

}  // namespace

ExitCode CommandDemo(const DemoOptions& options, const std::stop_token& stop) {
  if (const auto error = Refusal(options)) {
    return Refuse(error->message);
  }
  results::RunPlace place{.scenario_name = "demo", .now = std::chrono::system_clock::now()};
  if (!options.out.empty()) {
    place.chosen = options.out;
  }
  const auto directory = results::OpenRunDirectory(place);
  if (!directory) {
    return Refuse(directory.error().message);
  }
  results::Machine machine = results::ReadMachine(place.now);
  machine.compiler = BuildOfThisBinary().compiler;
  Places places;
  auto progress = std::make_unique<Progress>("demo");
  const Demo demo{.options = options, .progress = *progress, .stop = stop};
  const auto ten = PerformAll(demo, TenAddresses(), &places, 0);
  if (!ten) {
    return Refuse(ten.error().message);
  }
  if (stop.stop_requested()) {
    return Refuse("interrupted", ExitCode::kInterrupted);
  }
  progress->Wipe();
  PrintPlaces(options.scenarios, places);
  std::fflush(stdout);
  const auto sheet = PerformAll(demo, Sheet(), nullptr, 0.5);
  if (!sheet) {
    return Refuse(sheet.error().message);
  }
  progress.reset();
  if (stop.stop_requested()) {
    return Refuse("interrupted", ExitCode::kInterrupted);
  }
  machine.load_after = results::ReadLoadAverage();
  return Conclude(*directory, machine, *ten, *sheet);
}

}  // namespace bench
