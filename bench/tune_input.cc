#include "bench/tune_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "bench/tune_replay.h"
#include "results/lib/waiting_callers.h"
#include "scenarios/arrivals.h"
#include "scenarios/break_even.h"
#include "scenarios/describe_arrivals.h"
#include "scenarios/gap_comb.h"
#include "scenarios/load.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Error;
using batcher::Instant;
using batcher::Result;
using scenarios::CallLog;
using scenarios::LoggedCall;

constexpr double kChosenOn = 0.7;
// Runs of the same calls, which differ in the service's draws only: few do.
constexpr std::size_t kLogSeeds = 3;
constexpr std::size_t kManyCalls = 200'000;  // whose draws even out in one run
constexpr std::size_t kScenarioSeeds = 10;
constexpr double kFewestScenarioCalls = 10'000;

std::vector<std::uint64_t> Seeds(std::uint64_t first, std::size_t count) {
  std::vector<std::uint64_t> seeds(count);
  for (std::size_t i = 0; i < count; ++i) {
    seeds[i] = first + i;
  }
  return seeds;
}

std::string NameOf(const std::string& path) {
  return path == "-" ? "(stdin)" : std::filesystem::path(path).filename().string();
}

// The paths of the fields that the user set by hand.
std::vector<std::string> Kept(const std::vector<std::string>& sets) {
  std::vector<std::string> kept;
  for (const std::string& set : sets) {
    kept.push_back(set.substr(0, set.find('=')));
  }
  return kept;
}

Result<scenarios::Scenario> Load(const TuneSources& sources, const std::string& file) {
  Result<scenarios::Scenario> scenario =
      LoadWith({.file = file, .sets = sources.sets, .seed = sources.seed});
  if (!scenario) {
    return scenario;
  }
  for (const std::string& text : sources.slo) {
    const auto threshold = scenarios::ParseThreshold(text);
    if (!threshold) {
      return Error{"--slo: " + threshold.error().message};
    }
    scenario->slo.push_back(*threshold);
  }
  return scenario;
}

// What is taken for granted of the service, as it decides what a batch costs.
std::string AssumedOf(const TuneSources& sources, const mock_server::ServiceOptions& server) {
  const bool polled = server.batch_mode == mock_server::BatchMode::kPending;
  std::string text =
      polled ? "a batch is polled for until its results are there (if its reply has them: --set "
               "server.batch_mode=immediate)"
             : "the reply to a batch has its results";
  text += server.workers
              ? fmt::format("; it works on {} requests at once (server.workers)", *server.workers)
              : "; it works on any number of requests at once";
  return sources.service.empty()
             ? "nothing was said of the service: the times are guessed (--service); " + text
             : text;
}

std::optional<Error> UseService(const TuneSources& sources, TuneInput& input) {
  if (sources.service.empty()) {
    return std::nullopt;
  }
  Result<ServiceInput> service = ReadService(sources.service, input.scenario.server);
  if (!service) {
    return service.error();
  }
  input.scenario.server = service->server;
  input.headings.emplace_back(NameOf(sources.service), service->description);
  std::ranges::copy(service->warnings, std::back_inserter(input.warnings));
  input.service = *std::move(service);
  return std::nullopt;
}

// Whether callers wait for answers, as far as the log tells.
void LookForWaiting(TuneInput& input) {
  const CallLog& log = input.calls->log;
  std::vector<Instant> arrivals;
  std::vector<Instant> deliveries;
  for (const LoggedCall& call : log.calls) {
    arrivals.push_back(call.at);
    if (call.ended) {
      deliveries.push_back(*call.ended);
    }
  }
  if (log.sessions > 0 && deliveries.empty()) {
    input.warnings.emplace_back(
        "Sessions are not replayed: that needs to know when each call had its answer (a column "
        "delivered_ns, or --duration-column).");
  }
  if (log.sessions > 0 && !deliveries.empty()) {
    input.headings.emplace_back(
        kCheckHeading,
        fmt::format("{} sessions: each call is replayed as long after the answer before it "
                    "as it came",
                    log.sessions));
    return;
  }
  if (deliveries.empty()) {
    input.headings.emplace_back(
        kCheckHeading,
        "whether callers wait for answers is not known: the log does not tell when they came");
    return;
  }
  const auto test = results::TestWaitingCallers(arrivals, deliveries, 1);
  if (!test) {
    input.headings.emplace_back(kCheckHeading,
                                "too few calls near an answer to tell whether callers wait");
    return;
  }
  if (test->p_value > 0.05) {
    input.headings.emplace_back(
        kCheckHeading,
        fmt::format("no sign that callers wait for answers (p = {:.2g})", test->p_value));
    return;
  }
  const std::string sentence = fmt::format(
      "callers seem to wait for answers: {:.0f} % of the calls came just after one, beyond chance "
      "(p = {:.2g}); other windows would bring other arrivals{}",
      100 * test->share, test->p_value,
      scenarios::FindCombs(scenarios::GapsOf(log.calls)).empty()
          ? ""
          : ", unless it is the timer that the gaps show, in step with the service");
  input.headings.emplace_back(kCheckHeading, sentence);
  if (test->strong) {
    input.misleads =
        sentence + ". A column `session` (who called) lets tune replay them as they would";
  }
}

TuneInputOrProblem FromLog(const TuneSources& sources) {
  TuneInput input;
  Result<scenarios::Scenario> scenario = Load(sources, "");
  if (!scenario) {
    return TuneProblem{.message = scenario.error().message};
  }
  input.scenario = *std::move(scenario);
  input.scenario.name = "tune";
  scenarios::CallLogOrProblem log = scenarios::ReadCallLog(sources.log);
  if (const auto* problem = std::get_if<scenarios::CallLogProblem>(&log)) {
    return TuneProblem{.code = problem->unsuitable ? ExitCode::kLacksEvidence : ExitCode::kUsage,
                       .message = problem->message};
  }
  input.calls = LoggedCalls{.log = std::get<CallLog>(std::move(log))};
  const CallLog& calls = input.calls->log;
  input.warnings = calls.warnings;
  if (const auto apart = std::ranges::count(InterleavedGroups(calls), true); apart > 0) {
    input.warnings.push_back(
        fmt::format("{} of {} groups have calls of others between their own: they are not taken "
                    "for bursts",
                    apart, calls.groups));
  }
  input.headings.emplace_back(NameOf(sources.log.path), scenarios::DescribeArrivals(calls) +
                                                            "; times from " + calls.times_from);
  if (const auto error = UseService(sources, input)) {
    return TuneProblem{.message = error->message};
  }
  input.headings.emplace_back("assumed", AssumedOf(sources, input.scenario.server));
  LookForWaiting(input);
  for (const scenarios::Threshold& threshold : input.scenario.slo) {
    if (calls.groups == 0 && threshold.quantity.starts_with("burst_completion")) {
      return TuneProblem{.message = "--slo " + threshold.quantity + ": found no column group in " +
                                    NameOf(sources.log.path) +
                                    ", wanted one that tells which calls are of one burst"};
    }
  }
  const std::size_t all = calls.calls.size();
  const auto first = static_cast<std::size_t>(kChosenOn * static_cast<double>(all));
  input.calls->chosen_on = first;
  const auto seeds = Seeds(input.scenario.seed, all > kManyCalls ? 1 : kLogSeeds);
  input.choose = {
      {.scenario = input.scenario, .recorded = Replayed(calls, 0, first), .seeds = seeds}};
  input.check = {{.scenario = input.scenario,
                  .recorded = Replayed(calls, first, all - first),
                  .seeds = seeds}};
  return input;
}

TuneInputOrProblem FromScenarios(const TuneSources& sources) {
  TuneInput input;
  for (const std::string& file : sources.files) {
    Result<scenarios::Scenario> loaded = Load(sources, file);
    if (!loaded) {
      return TuneProblem{.message = loaded.error().message};
    }
    const bool is_first = input.choose.empty();
    if (is_first) {
      input.scenario = *loaded;
      if (const auto error = UseService(sources, input)) {
        return TuneProblem{.message = error->message};
      }
    }
    TrialGround ground{.scenario = *std::move(loaded)};
    if (input.service) {
      ground.scenario.server = input.service->server;
    }
    batcher::Choice& arrivals = ground.scenario.arrivals;
    if (scenarios::TakesCount(arrivals) && arrivals.Has("count")) {
      arrivals.Set("count", std::max(arrivals.Number("count"), kFewestScenarioCalls));
    }
    for (const auto& [seeds_from, grounds] :
         {std::pair(ground.scenario.seed, &input.choose),
          std::pair(ground.scenario.seed + 1000, &input.check)}) {
      ground.seeds = Seeds(seeds_from, kScenarioSeeds);
      grounds->push_back(ground);
    }
    input.headings.emplace_back(NameOf(file), ground.scenario.description.empty()
                                                  ? ground.scenario.arrivals.kind() + " arrivals"
                                                  : ground.scenario.description);
  }
  return input;
}

}  // namespace

TuneInputOrProblem ReadTuneInput(const TuneSources& sources) {
  TuneInputOrProblem read = sources.log.path.empty() ? FromScenarios(sources) : FromLog(sources);
  if (auto* input = std::get_if<TuneInput>(&read)) {
    const auto largest =
        input->service && !sources.extrapolate ? input->service->largest_measured : std::nullopt;
    input->break_even = scenarios::BreakEven(input->choose.front().scenario);
    input->knobs = KnobsFor(input->choose.front().scenario, Kept(sources.sets), largest);
  }
  return read;
}

}  // namespace bench
