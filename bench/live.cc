#include "bench/live.h"

#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>

#include "batcher/geoapify/base_url.h"
#include "bench/simulate.h"
#include "bench/terminal.h"
#include "results/lib/summary.h"
#include "results/lib/table.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Error;
using scenarios::Scenario;

// The free plan's. Without a burst: no second ever holds more.
constexpr batcher::ClientRateLimit kRateLimit{.rate_per_second = 5, .burst = 1};
constexpr Duration kMinPoll = std::chrono::seconds(1);

// What the cheapest request of the scenario costs.
double CheapestRequest(const Scenario& scenario) {
  const bool single =
      scenario.batcher.single_below > 1 || scenario.batcher.policy.kind() == "unbatched";
  return single ? 1 : 0.5;
}

enum class Answer { kYes, kNo, kNobodyThere, kInterrupted };

// kNobodyThere: standard input is no terminal.
Answer AskOnTerminal(const std::string& question, const std::stop_token& stop) {
  if (isatty(STDIN_FILENO) != 1) {
    return Answer::kNobodyThere;
  }
  constexpr int kLookMs = 100;  // how often, for a stop
  fmt::print(stderr, "{} [y/N] ", question);
  std::fflush(stderr);
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  while (::poll(&input, 1, kLookMs) <= 0) {
    if (stop.stop_requested()) {
      return Answer::kInterrupted;
    }
  }
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes" ? Answer::kYes : Answer::kNo;
}

}  // namespace

Scenario LiveScenario(Scenario scenario) {
  batcher::WireOptions& client = scenario.client;
  if (!client.rate_limit) {
    client.rate_limit = kRateLimit;
  }
  if (client.min_poll == Duration(0)) {
    client.min_poll = kMinPoll;
  }
  return scenario;
}

std::optional<Error> RefuseLiveService(const std::string& base_url, const std::string& api_key) {
  if (api_key.empty()) {
    return Error{
        "GEOAPIFY_API_KEY is not set; wanted your key in the environment and nowhere else: read "
        "-rs "
        "GEOAPIFY_API_KEY && export GEOAPIFY_API_KEY"};
  }
  if (batcher::geoapify::SendsInClear(base_url)) {
    return Error{"--base-url: the key would travel in clear; wanted https for --engine live"};
  }
  return std::nullopt;
}

std::optional<Error> RefuseLive(const Scenario& scenario, const std::string& base_url,
                                const std::string& api_key) {
  if (auto error = RefuseLiveService(base_url, api_key)) {
    return error;
  }
  if (scenario.keys.kind() != "file") {
    return Error{"keys.kind: found \"" + scenario.keys.kind() +
                 "\", wanted \"file\" for --engine live, since made-up addresses cost credits and "
                 "find nothing: --set keys.kind=file --set keys.file=scenarios/addresses.csv"};
  }
  if (!scenario.client.max_credits) {
    return Error{"--max-credits: wanted with --engine live, such as --max-credits 50"};
  }
  if (*scenario.client.max_credits < CheapestRequest(scenario)) {
    return Error{fmt::format(
        "--max-credits: found {}, wanted at least the {} that one request costs; nothing was sent",
        results::FormatNumber(*scenario.client.max_credits), CheapestRequest(scenario))};
  }
  return std::nullopt;
}

batcher::Result<LivePlan> PlanLive(const Scenario& scenario, const RunControl& control) {
  LivePlan plan{.max_credits = scenario.client.max_credits.value_or(0),
                .rate_per_s = scenario.client.rate_limit.value_or(kRateLimit).rate_per_second};
  Scenario without_end = scenario;
  without_end.client.max_credits = std::nullopt;
  const auto run = Simulate(without_end, control);
  if (!run) {
    return run.error();
  }
  const results::Summary summary = results::Summarise(run->ledger, run->extras);
  plan.calls = summary.calls;
  plan.answered = summary.calls - summary.errors;
  plan.http_requests = summary.http_requests;
  plan.credits = summary.credits;
  for (const batcher::CallRecord& call : run->ledger.calls) {
    plan.time = std::max(plan.time, call.delivered.time_since_epoch());
  }
  return plan;
}

std::string PlanText(const LivePlan& plan, const std::string& base_url) {
  std::string text = fmt::format(
      "Plan for {}, simulated with the service model of the scenario:\n"
      "  calls          {}\n"
      "  HTTP requests  about {}, polls counted, at most {}/s\n"
      "  credits        about {}, never more than {}\n"
      "  time           about {}\n",
      base_url, results::FormatCount(plan.calls), results::FormatCount(plan.http_requests),
      results::FormatNumber(plan.rate_per_s), results::FormatNumber(plan.credits),
      results::FormatNumber(plan.max_credits), results::FormatMs(plan.time));
  if (plan.credits > plan.max_credits) {
    text += "It needs more credits than that, and ends when they are spent.\n";
  }
  if (plan.answered < plan.calls) {
    text += fmt::format("About {} of the calls find no answer within their time.\n",
                        results::FormatCount(plan.calls - plan.answered));
  }
  return text;
}

std::optional<ExitCode> AskForConsent(const std::string& plan, const ConsentOptions& options,
                                      const std::stop_token& stop) {
  if (!options.quiet) {
    fmt::print(stderr, "{}", plan);
  }
  if (options.yes) {
    return std::nullopt;
  }
  switch (AskOnTerminal("Send it?", stop)) {
    case Answer::kYes:
      return std::nullopt;
    case Answer::kNo:
      return Refuse("nothing was sent");
    case Answer::kNobodyThere:
      return Refuse("nothing was sent: nobody is there to be asked; --yes answers beforehand");
    case Answer::kInterrupted:
      break;
  }
  return Refuse("interrupted: nothing was sent", ExitCode::kInterrupted);
}

}  // namespace bench
