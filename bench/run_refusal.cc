#include "bench/run_refusal.h"

#include <algorithm>
#include <chrono>

#include "batcher/geoapify/base_url.h"
#include "bench/live.h"
#include "bench/price.h"
#include "bench/run_target.h"
#include "scenarios/arrivals.h"
#include "scenarios/keys.h"

namespace bench {
namespace {

using batcher::Error;
using scenarios::Scenario;

// Timers of an ordinary machine are this late now and then: a shorter window would measure them.
constexpr batcher::Duration kShortestRealWindow = std::chrono::microseconds(200);

// Why the scenario can't be run in real time, or none.
std::optional<Error> RefuseRealTime(const Scenario& scenario) {
  const batcher::Choice& policy = scenario.batcher.policy;
  for (const std::string field : {"window", "period", "gap"}) {
    if (policy.Has(field) && policy.Time(field) > batcher::Duration(0) &&
        policy.Time(field) < kShortestRealWindow) {
      return Error{"batcher.policy." + field + ": found " +
                   batcher::FormatDuration(policy.Time(field)) + ", wanted " +
                   (field == "period" ? "" : "0 or ") + "at least " +
                   batcher::FormatDuration(kShortestRealWindow) +
                   " over HTTP, since timers are no finer; --engine sim takes any"};
    }
  }
  return std::nullopt;
}

// Options that only mean something in real time.
std::optional<Error> RefuseInVirtualTime(const RunOptions& options) {
  if (!options.base_url.empty() || !options.ca_file.empty()) {
    return Error{std::string(options.base_url.empty() ? "--ca" : "--base-url") +
                 ": virtual time asks no server; wanted --engine http or live with it"};
  }
  if (!options.metrics.address.empty()) {
    return Error{"--metrics: virtual time is over at once; wanted --engine http or live with it"};
  }
  return std::nullopt;
}

std::optional<Error> RefuseEngines(const RunOptions& options) {
  for (const std::string& engine : options.engines) {
    if (std::ranges::count(options.engines, engine) > 1) {
      return Error{"--engine: found " + engine + " twice, wanted each engine once"};
    }
  }
  if (Uses(options, "http") && Uses(options, "live")) {
    return Error{"--engine: found http and live, wanted one of them, alone or beside sim"};
  }
  return std::nullopt;
}

std::optional<Error> RefusePrice(const std::string& text) {
  const batcher::Result<batcher::Duration> price = ReadPrice("--price", text);
  return price ? std::nullopt : std::optional(price.error());
}

std::optional<Error> RefuseService(const RunOptions& options, const Scenario& scenario) {
  if (auto error = RefuseRealTime(scenario)) {
    return error;
  }
  if (options.base_url.empty() && !Uses(options, "live")) {
    return std::nullopt;
  }
  const auto url =
      batcher::geoapify::ParseBaseUrl(options.base_url.empty() ? kLiveUrl : options.base_url);
  if (!url) {
    return url.error();
  }
  return Uses(options, "live") ? RefuseLive(scenario, *url, ApiKey()) : std::nullopt;
}

}  // namespace

std::optional<Error> RefuseRun(const RunOptions& options, const Scenario& scenario) {
  if (auto error = RefuseEngines(options)) {
    return error;
  }
  if (auto error = options.price.empty() ? std::nullopt : RefusePrice(options.price)) {
    return error;
  }
  const bool real_time = Uses(options, "http") || Uses(options, "live");
  if (auto error = real_time ? RefuseService(options, scenario) : RefuseInVirtualTime(options)) {
    return error;
  }
  // The engine opens these again: here, so that a file that can't be read costs no older result.
  if (const auto arrivals = scenarios::OpenArrivals(scenario); !arrivals) {
    return arrivals.error();
  }
  if (const auto keys = scenarios::OpenKeys(scenario); !keys) {
    return keys.error();
  }
  return std::nullopt;
}

}  // namespace bench
