#include "bench/command_verify.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "bench/progress.h"
#include "bench/terminal.h"
#include "bench/verify_case.h"
#include "bench/verify_run.h"
#include "bench/verify_text.h"
#include "scenarios/json_value.h"
#include "scenarios/overrides.h"

namespace bench {
namespace {

using batcher::Choice;
using batcher::Error;
using batcher::FieldSpec;
using batcher::Result;

// Seeds of one case and of the next.
constexpr std::uint64_t kSeedsOfACase = 1000;

std::string Names() {
  std::string names;
  for (const VerifyCase& verify_case : VerifyCases()) {
    names += (names.empty() ? "" : ", ") + std::string(verify_case.spec.name);
  }
  return names;
}

Result<std::vector<const VerifyCase*>> CasesOf(const VerifyOptions& options) {
  std::vector<const VerifyCase*> cases;
  for (const std::string& name : options.cases) {
    const VerifyCase* found = FindVerifyCase(name);
    if (found == nullptr) {
      return Error{fmt::format("--case: found \"{}\", wanted one of {}", name, Names())};
    }
    cases.push_back(found);
  }
  if (cases.empty()) {
    for (const VerifyCase& verify_case : VerifyCases()) {
      cases.push_back(&verify_case);
    }
  }
  if (!options.sets.empty() && cases.size() != 1) {
    return Error{"--set: wanted one --case whose numbers it sets"};
  }
  return cases;
}

std::string FieldNames(const VerifyCase& verify_case) {
  std::string names;
  for (const FieldSpec& field : verify_case.spec.fields) {
    names += (names.empty() ? "" : ", ") + std::string(field.name);
  }
  return names;
}

// The numbers of the case with those that were set.
Result<Choice> NumbersOf(const VerifyCase& verify_case, const std::vector<std::string>& sets) {
  Choice numbers(verify_case.spec);
  nlohmann::json given = nlohmann::json::object();
  if (const auto error = scenarios::ApplyOverrides(sets, given)) {
    return *error;
  }
  for (const auto& [name, value] : given.items()) {
    const FieldSpec* field = verify_case.spec.Find(name);
    if (field == nullptr) {
      return Error{fmt::format("--set: {} has no {}; it has {}", verify_case.spec.name, name,
                               FieldNames(verify_case))};
    }
    const auto number = scenarios::ReadNumber(value, *field);
    if (!number) {
      return Error{fmt::format("--set {}: {}", name, number.error().message)};
    }
    numbers.Set(name, **number);
  }
  return numbers;
}

std::optional<Error> ProblemOf(const VerifyOptions& options) {
  constexpr std::uint64_t kFewest = 1'000'000;
  constexpr std::uint64_t kMost = 100'000'000'000;
  if (options.calls && (*options.calls < kFewest || *options.calls > kMost)) {
    return Error{fmt::format("--calls: found {}, wanted {} to {}", *options.calls, kFewest, kMost)};
  }
  return std::nullopt;
}

// All cases one after the other; none after a stop.
Result<std::optional<std::vector<VerifiedCase>>> VerifyAll(
    const std::vector<const VerifyCase*>& cases, const VerifyOptions& options,
    const VerifySize& size, const std::stop_token& stop) {
  std::optional<Progress> progress;
  if (!options.output.quiet) {
    progress.emplace("verify");
  }
  std::vector<VerifiedCase> verified;
  for (const VerifyCase* verify_case : cases) {
    const Result<Choice> numbers = NumbersOf(*verify_case, options.sets);
    if (!numbers) {
      return numbers.error();
    }
    VerifySize own = size;
    own.first_seed +=
        kSeedsOfACase * static_cast<std::uint64_t>(verify_case - VerifyCases().data());
    const auto done = [&](double share) {
      if (progress) {
        progress->Update((static_cast<double>(verified.size()) + share) /
                         static_cast<double>(cases.size()));
      }
    };
    auto one = Verify(*verify_case, *numbers, own, {.stop = stop, .done = done});
    if (!one) {
      return one.error();
    }
    if (!*one) {
      return std::optional<std::vector<VerifiedCase>>();
    }
    verified.push_back(**std::move(one));
  }
  return std::optional(std::move(verified));
}

ExitCode CodeOf(VerifyVerdict verdict) {
  switch (verdict) {
    case VerifyVerdict::kAgrees:
      return ExitCode::kGood;
    case VerifyVerdict::kTooNoisy:
      return ExitCode::kLacksEvidence;
    case VerifyVerdict::kDiffers:
      return ExitCode::kFailed;
  }
  return ExitCode::kFailed;
}

}  // namespace

ExitCode CommandVerify(const VerifyOptions& options, const std::stop_token& stop) {
  if (const auto problem = ProblemOf(options)) {
    return Refuse(problem->message);
  }
  const Result<std::vector<const VerifyCase*>> cases = CasesOf(options);
  if (!cases) {
    return Refuse(cases.error().message);
  }
  const VerifySize size{
      .calls = options.calls,
      .first_seed = options.seed,
      .jobs = options.jobs > 0 ? options.jobs
                               : std::max<std::size_t>(std::thread::hardware_concurrency(), 1)};
  const auto verified = VerifyAll(*cases, options, size, stop);
  if (!verified) {
    return Refuse(verified.error().message);
  }
  if (!*verified) {
    return options.output.quiet || options.output.json
               ? ExitCode::kInterrupted
               : Printed(ExitCode::kInterrupted, [] {
                   fmt::print("INTERRUPTED: nothing is told of a part of the cases\n");
                 });
  }
  const ExitCode code = CodeOf(VerdictOf(**verified));
  if (options.output.quiet) {
    return code;
  }
  return Printed(code, [&] {
    if (options.output.json) {
      fmt::print("{}", VerifyJson(**verified, size));
      return;
    }
    fmt::print("{}", VerifyText(**verified, StyleOfStdout()));
    if (options.cases.empty()) {
      fmt::print(
          "Next    scripts/batchlab verify --case window --set rate=137/s --set window=23ms\n");
    }
  });
}

std::string VerifyCaseHelp() {
  std::string help = "Cases and their numbers:\n";
  for (const VerifyCase& verify_case : VerifyCases()) {
    help +=
        fmt::format("  {:<17} {}\n  {:<17}", verify_case.spec.name, verify_case.spec.meaning, "");
    for (const FieldSpec& field : verify_case.spec.fields) {
      const nlohmann::ordered_json number = scenarios::WriteNumber(field, field.fallback);
      help += fmt::format(" {}={}", field.name,
                          number.is_string() ? number.get<std::string>() : number.dump());
    }
    help += "\n";
  }
  return help;
}

}  // namespace bench
