#include "bench/command_calibrate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "batcher/geoapify/base_url.h"
#include "bench/calibrate_answer.h"
#include "bench/calibrate_json.h"
#include "bench/calibrate_text.h"
#include "bench/calibration.h"
#include "bench/evaluate.h"
#include "bench/live.h"
#include "bench/progress.h"
#include "bench/run_target.h"
#include "bench/terminal.h"
#include "results/lib/machine.h"
#include "results/lib/run_files.h"
#include "scenarios/dump.h"
#include "scenarios/keys.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Error;
using batcher::Result;

// Polls keep no step with the service, so that the time between two of them hides nothing.
constexpr double kPollJitter = 0.5;

constexpr const char* kShippedAddresses = "scenarios/addresses.csv";

bool IsLive(const CalibrateOptions& options) { return options.engine == "live"; }

// What is known before anything is sent.
struct Prepared {
  CalibrateInput input = {};
  scenarios::Scenario probing = {};         // the scenario with the polls of the probes
  std::vector<std::string> addresses = {};  // empty: made up
  HttpTarget target = {};
};

Result<batcher::Choice> PollOf(const CalibrateOptions& options) {
  const std::string text = !options.poll.empty() ? options.poll : IsLive(options) ? "2s" : "5ms";
  const Result<Duration> every = batcher::ParseDuration(text);
  if (!every || *every < std::chrono::milliseconds(1) || *every > std::chrono::hours(1)) {
    return Error{"--poll: found \"" + text + "\", wanted a duration of 1ms to 1h, such as 5ms"};
  }
  batcher::Choice poll = batcher::FixedPoll(*every);
  poll.Set("jitter", kPollJitter);
  return poll;
}

Result<HttpTarget> TargetOf(const CalibrateOptions& options) {
  HttpTarget target = TargetAt(options.base_url, options.ca_file, IsLive(options));
  if (target.base_url.empty()) {
    return target;
  }
  const Result<std::string> url = batcher::geoapify::ParseBaseUrl(target.base_url);
  if (!url) {
    return url.error();
  }
  if (target.live) {
    if (auto error = RefuseLiveService(*url, target.api_key)) {
      return *std::move(error);
    }
    if (!options.max_credits) {
      return Error{"--max-credits: wanted with --engine live, such as --max-credits 40"};
    }
  } else if (target.api_key.empty()) {
    return Error{"GEOAPIFY_API_KEY is not set: wanted the key of the service to be measured"};
  }
  return target;
}

// The client of the probes: that of the scenario, but for its polls; against a live service within
// its limits, and never beyond the budget.
batcher::WireOptions ClientOf(const CalibrateOptions& options, const scenarios::Scenario& scenario,
                              const batcher::Choice& poll) {
  batcher::WireOptions client = scenario.client;
  if (IsLive(options)) {
    client = LiveScenario(scenario).client;
    if (!options.poll.empty()) {
      client.min_poll = Duration(0);  // the user has said it
    }
  }
  client.poll = poll;
  client.max_credits = options.max_credits;
  return client;
}

Result<Prepared> Prepare(const CalibrateOptions& options) {
  Result<scenarios::Scenario> scenario = LoadWith(options.settings);
  if (!scenario) {
    return scenario.error();
  }
  const Result<batcher::Choice> poll = PollOf(options);
  if (!poll) {
    return poll.error();
  }
  Result<HttpTarget> target = TargetOf(options);
  if (!target) {
    return target.error();
  }
  Prepared prepared{.probing = *scenario, .target = *std::move(target)};
  std::size_t largest = scenario->batcher.max_items;
  const std::string file =
      options.addresses.empty() && IsLive(options) ? kShippedAddresses : options.addresses;
  if (!file.empty()) {
    auto addresses = scenarios::ReadKeyTexts(file);
    if (!addresses) {
      return addresses.error();
    }
    prepared.addresses = *std::move(addresses);
    largest = std::min(largest, prepared.addresses.size());
    if (largest == prepared.addresses.size() && largest < 4) {
      return Error{
          fmt::format("{}: found {} different addresses, wanted at least 4", file, largest)};
    }
  }
  Result<CalibratePlan> plan = PlanProbes(options.max_credits, largest);
  if (!plan) {
    return plan.error();
  }
  prepared.probing.client = ClientOf(options, *scenario, *poll);
  prepared.input = {
      .scenario = *std::move(scenario),
      .target = prepared.target.base_url.empty() ? "the mock" : prepared.target.base_url,
      .engine = options.engine,
      .plan = *std::move(plan),
      .poll_every = poll->Time("every")};
  return prepared;
}

// None, or why it could not be done. A stop leaves the rest out.
std::optional<Error> Measure(Prepared& prepared, HttpService& service, const RunControl& control) {
  CalibrateInput& input = prepared.input;
  const Result<std::optional<Calibration>> machine =
      Calibrate(CalibrationScope::kAll, {.stop = control.stop});
  if (!machine) {
    return machine.error();
  }
  ProbingOptions options{.order = OrderOf(input.plan, input.scenario.seed),
                         .address = scenarios::SyntheticAddress};
  if (!prepared.addresses.empty()) {
    options.address = [&addresses = prepared.addresses](std::uint64_t call) {
      return addresses[call % addresses.size()];
    };
  }
  if (!*machine) {
    input.measured = {.planned = options.order.size(), .interrupted = true};
    return std::nullopt;
  }
  input.machine = (*machine)->costs;
  Result<ServiceMeasurement> measured = MeasureService(prepared.probing, service, options, control);
  if (!measured) {
    return measured.error();
  }
  input.measured = *std::move(measured);
  return std::nullopt;
}

std::optional<Error> Write(const CalibrateInput& input, const CalibrateAnswer& answer,
                           const results::RunDirectory& directory) {
  results::Machine machine = results::ReadMachine(std::chrono::system_clock::now());
  machine.compiler = BuildOfThisBinary().compiler;
  std::optional<Error> error;
  const auto write = [&](const char* name, const std::string& text) {
    error = error ? error : results::WriteFileAtOnce(directory.path / name, text);
  };
  write("sizes.csv", SizesCsv(input, answer));
  write("probes.csv", ProbesCsv(input, answer));
  if (answer.calibrated) {
    write("calibrated.json", scenarios::DumpScenario(*answer.calibrated));
  }
  write("calibrate.json", CalibrateJson(input, answer));
  error = error ? error : results::WriteMachine(directory, machine);
  return error ? error : results::TurnLatest(directory);
}

ExitCode CodeOf(const CalibrateInput& input, const CalibrateAnswer& answer) {
  if (input.measured.interrupted) {
    return ExitCode::kInterrupted;
  }
  return answer.calibrated ? ExitCode::kGood : ExitCode::kLacksEvidence;
}

ExitCode Print(const CalibrateOptions& options, const CalibrateInput& input,
               const CalibrateAnswer& answer, const std::string& folder) {
  const ExitCode code = CodeOf(input, answer);
  if (options.output.quiet) {
    return code;
  }
  return Printed(code, [&] {
    if (options.output.json) {
      fmt::print("{}", CalibrateJson(input, answer));
      return;
    }
    fmt::print("{}Saved   {}/  (calibrate.json, sizes.csv, probes.csv{}; see results/README.md)\n",
               CalibrateText(input, answer, StyleOfStdout()), folder,
               answer.calibrated ? ", calibrated.json" : "");
    if (answer.calibrated) {
      fmt::print(
          "Next    scripts/batchlab run {0}/calibrated.json\n"
          "        scripts/batchlab sweep {0}/calibrated.json\n",
          folder);
    }
  });
}

}  // namespace

ExitCode CommandCalibrate(const CalibrateOptions& options, const std::stop_token& stop) {
  Result<Prepared> prepared = Prepare(options);
  if (!prepared) {
    return Refuse(prepared.error().message);
  }
  if (IsLive(options)) {
    const ConsentOptions consent{.yes = options.yes, .quiet = options.output.quiet};
    if (const auto no = AskForConsent(CalibratePlanText(prepared->input) + "\n", consent, stop)) {
      return *no;
    }
  }
  Result<HttpService> service = OpenHttpService(prepared->probing, prepared->target);
  if (!service) {
    return Refuse(service.error().message);
  }
  results::RunPlace place{.scenario_name = "calibrate", .now = std::chrono::system_clock::now()};
  if (!options.out.empty()) {
    place.chosen = options.out;
  }
  const Result<results::RunDirectory> directory = results::OpenRunDirectory(place);
  if (!directory) {
    return Refuse(directory.error().message);
  }
  std::optional<Progress> progress;
  if (!options.output.quiet) {
    if (!options.output.json && !IsLive(options)) {  // else it has been shown
      fmt::print("{}\n", CalibratePlanText(prepared->input));
      std::fflush(stdout);
    }
    progress.emplace("calibrate");
  }
  const auto problem =
      Measure(*prepared, *service, {.stop = stop, .progress = progress ? &*progress : nullptr});
  progress.reset();
  if (problem) {
    return Refuse(problem->message);
  }
  const CalibrateAnswer answer = Conclude(prepared->input);
  if (const auto error = Write(prepared->input, answer, *directory)) {
    return Refuse(error->message);
  }
  return Print(options, prepared->input, answer,
               directory->latest.value_or(directory->path).string());
}

}  // namespace bench
