#include "bench/command_calibrate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "bench/address_file.h"
#include "bench/calibrate_answer.h"
#include "bench/calibrate_json.h"
#include "bench/calibrate_text.h"
#include "bench/calibration.h"
#include "bench/evaluate.h"
#include "bench/progress.h"
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

// What is known before anything is sent.
struct Prepared {
  CalibrateInput input = {};
  scenarios::Scenario probing = {};         // the scenario with the polls of the probes
  std::vector<std::string> addresses = {};  // empty: made up
  std::string api_key = {};
};

Result<batcher::Choice> PollOf(const std::string& text) {
  const Result<Duration> every = batcher::ParseDuration(text);
  if (!every || *every < std::chrono::milliseconds(1) || *every > std::chrono::hours(1)) {
    return Error{"--poll: found \"" + text + "\", wanted a duration of 1ms to 1h, such as 5ms"};
  }
  batcher::Choice poll = batcher::FixedPoll(*every);
  poll.Set("jitter", kPollJitter);
  return poll;
}

Result<std::string> KeyOf(const CalibrateOptions& options) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment.
  const char* key = std::getenv("GEOAPIFY_API_KEY");
  if (!options.base_url.empty() && (key == nullptr || *key == '\0')) {
    return Error{"GEOAPIFY_API_KEY is not set: wanted the key of the service to be measured"};
  }
  return std::string(key != nullptr ? key : "");
}

Result<Prepared> Prepare(const CalibrateOptions& options) {
  Result<scenarios::Scenario> scenario = LoadWith(options.settings);
  if (!scenario) {
    return scenario.error();
  }
  const Result<batcher::Choice> poll = PollOf(options.poll);
  if (!poll) {
    return poll.error();
  }
  Result<std::string> key = KeyOf(options);
  if (!key) {
    return key.error();
  }
  Prepared prepared{.probing = *scenario, .api_key = *std::move(key)};
  std::size_t largest = scenario->batcher.max_items;
  if (!options.addresses.empty()) {
    auto addresses = ReadAddresses(options.addresses);
    if (!addresses) {
      return addresses.error();
    }
    prepared.addresses = *std::move(addresses);
    largest = std::min(largest, prepared.addresses.size());
    if (largest == prepared.addresses.size() && largest < 4) {
      return Error{fmt::format("{}: found {} different addresses, wanted at least 4",
                               options.addresses, largest)};
    }
  }
  Result<CalibratePlan> plan = PlanProbes(options.max_credits, largest);
  if (!plan) {
    return plan.error();
  }
  prepared.probing.client.poll = *poll;
  prepared.input = {.scenario = *std::move(scenario),
                    .target = options.base_url.empty() ? "the mock" : options.base_url,
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
  Result<HttpService> service = OpenHttpService(
      prepared->probing, {.base_url = options.base_url, .api_key = prepared->api_key});
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
    if (!options.output.json) {
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
