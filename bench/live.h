#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "batcher/base/result.h"
#include "bench/exit_code.h"
#include "bench/run_result.h"
#include "scenarios/scenario.h"

namespace bench {

inline constexpr const char* kLiveUrl = "https://api.geoapify.com";

// The scenario as it is put to work against a live service: at most 5 HTTP requests/s, polls
// counted, as the free plan allows, and a batch polled once a second at most, unless it says
// otherwise.
[[nodiscard]] scenarios::Scenario LiveScenario(scenarios::Scenario scenario);

// Why a live service can't be asked, or none: no key, or one that would travel in clear. `base_url`
// as ParseBaseUrl gives it.
[[nodiscard]] std::optional<batcher::Error> RefuseLiveService(const std::string& base_url,
                                                              const std::string& api_key);

// The same, and why the scenario must not be sent there: made-up addresses, no budget or one that
// is too small for any request.
[[nodiscard]] std::optional<batcher::Error> RefuseLive(const scenarios::Scenario& scenario,
                                                       const std::string& base_url,
                                                       const std::string& api_key);

// What a run is expected to take, simulated with the service model of the scenario.
struct LivePlan {
  std::uint64_t calls = 0;
  std::uint64_t answered = 0;       // in time
  std::uint64_t http_requests = 0;  // polls counted
  double credits = 0;
  batcher::Duration time{0};  // until the last call has ended

  double max_credits = 0;  // no more than these are spent
  double rate_per_s = 0;   // of HTTP requests, at most
};

// REQUIRES: the scenario is a LiveScenario, and RefuseLive has nothing against it. An error is a
// file of the scenario that can't be read.
[[nodiscard]] batcher::Result<LivePlan> PlanLive(const scenarios::Scenario& scenario,
                                                 const RunControl& control);

// A few lines for the one who is asked.
[[nodiscard]] std::string PlanText(const LivePlan& plan, const std::string& base_url);

struct ConsentOptions {
  bool yes = false;    // was given beforehand
  bool quiet = false;  // the plan is not shown
};

// Shows the plan on standard error and asks on the terminal whether it may be sent. None: it may.
// Else the sentence has been said why not.
[[nodiscard]] std::optional<ExitCode> AskForConsent(const std::string& plan,
                                                    const ConsentOptions& options,
                                                    const std::stop_token& stop);

}  // namespace bench
