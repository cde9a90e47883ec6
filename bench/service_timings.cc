#include "bench/service_timings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>

#include "bench/service_laws.h"
#include "bench/timings_file.h"
#include "results/lib/service_fit.h"
#include "scenarios/load.h"
#include "scenarios/text_file.h"

namespace bench {
namespace {

using batcher::Error;
using batcher::Result;
using mock_server::ServiceOptions;

constexpr std::size_t kFewestForSpread = 5;
constexpr std::size_t kSmallBatch = 10;
constexpr std::size_t kFew = 10;

// What is known of single calls.
struct Single {
  results::Interval median_ms;
  double spread = 0;
};

Single FitSingle(const std::vector<double>& singles_ms) {
  return {.median_ms = results::MedianInterval(singles_ms),
          .spread = singles_ms.size() < kFewestForSpread ? 0 : results::LogSpread(singles_ms, 1)};
}

// A lone call as a batch of one.
Single SingleOf(const results::ServiceFit& fit) {
  return {.median_ms = {.estimate = fit.base_ms.estimate + fit.per_item_ms.estimate,
                        .low = fit.base_ms.low + fit.per_item_ms.low,
                        .high = fit.base_ms.high + fit.per_item_ms.high},
          .spread = std::sqrt(std::log1p(fit.cv * fit.cv))};
}

// `end` is which end of an interval.
ServiceOptions Server(const ServiceOptions& defaults, const Single& single,
                      const results::ServiceFit& fit, double results::Interval::*end) {
  ServiceOptions server = defaults;
  server.single = SingleLaw(single.median_ms.*end, single.spread);
  server.batch_base = mock_server::ConstantLatency(Milliseconds(fit.base_ms.*end));
  server.batch_per_item = Milliseconds(fit.per_item_ms.*end);
  server.jitter = JitterLaw(fit.cv);
  return server;
}

std::size_t SizesOf(const std::vector<results::Timing>& batches) {
  std::set<std::size_t> sizes;
  for (const results::Timing& timing : batches) {
    sizes.insert(timing.size);
  }
  return sizes.size();
}

// Whether size 1 must stand for a batch of one.
bool NeedsSingles(const std::vector<results::Timing>& batches) {
  return batches.size() < 3 || SizesOf(batches) < 2 ||
         std::ranges::min(batches, {}, &results::Timing::size).size > kSmallBatch;
}

void WarnOfFit(const results::ServiceFit& fit, ServiceInput& input) {
  if (fit.timings < kFew) {
    input.warnings.push_back(
        fmt::format("only {} timings of batches: twenty tell more", fit.timings));
  }
  if (fit.one_size) {
    input.warnings.push_back(
        fmt::format("only batches of {} were timed: what a call adds is not known and taken as 0",
                    fit.largest));
    return;
  }
  const auto largest = static_cast<double>(fit.largest);
  const double low = fit.base_ms.low + fit.per_item_ms.low * largest;
  const double high = fit.base_ms.high + fit.per_item_ms.high * largest;
  if (high > 2 * low) {
    input.warnings.push_back(fmt::format(
        "the timings are vague: a batch of {} takes {:.3g} to {:.3g} ms", fit.largest, low, high));
  }
}

std::string Describe(const TimingsFile& timings, const Single& single,
                     const results::ServiceFit& fit) {
  const std::size_t count = timings.singles_ms.size() + timings.batches.size();
  const std::size_t smallest = timings.singles_ms.empty() ? fit.smallest : 1;
  return fmt::format(
      "{} timings, sizes {}..{}: single {:.3g} ms median; batch {:.3g} ms + {:.3g} "
      "ms a call",
      count, smallest, fit.largest, single.median_ms.estimate, fit.base_ms.estimate,
      fit.per_item_ms.estimate);
}

Result<ServiceInput> FromTimings(const TimingsFile& timings, const std::string& path,
                                 const ServiceOptions& defaults) {
  if (timings.batches.empty()) {
    return Error{
        fmt::format("{}: found {} timings of single calls and none of a batch, wanted "
                    "batches of several sizes, too",
                    path, timings.singles_ms.size())};
  }
  ServiceInput input;
  std::vector<results::Timing> batches = timings.batches;
  const std::vector<double>& singles = timings.singles_ms;
  if (!timings.log && !singles.empty() && NeedsSingles(batches)) {
    for (const double ms : singles) {
      batches.push_back({.size = 1, .ms = ms});
    }
    input.warnings.emplace_back(
        "too few small batches were timed: size 1 stands for a batch of one, too");
  }
  const std::optional<results::ServiceFit> fit = results::FitService(batches);
  if (!fit) {
    return Error{
        fmt::format("{}: found {} timing{} of batches, wanted at least 3; twenty tell more", path,
                    batches.size(), batches.size() == 1 ? "" : "s")};
  }
  if (singles.empty()) {
    input.warnings.emplace_back(
        "no single call was timed: it is taken to be as slow as a batch of one");
  } else if (singles.size() < kFewestForSpread) {
    input.warnings.push_back(
        fmt::format("only {} timing{} of single calls: their spread is not known and taken as 0",
                    singles.size(), singles.size() == 1 ? "" : "s"));
  }
  WarnOfFit(*fit, input);
  const Single single = singles.empty() ? SingleOf(*fit) : FitSingle(singles);
  input.server = Server(defaults, single, *fit, &results::Interval::estimate);
  input.optimistic = Server(defaults, single, *fit, &results::Interval::low);
  input.pessimistic = Server(defaults, single, *fit, &results::Interval::high);
  input.largest_measured = fit->largest;
  input.description = Describe(timings, single, *fit);
  return input;
}

Result<ServiceInput> FromScenario(const std::string& path) {
  const auto scenario = scenarios::LoadScenario(path);
  if (!scenario) {
    return scenario.error();
  }
  return ServiceInput{.server = scenario->server,
                      .optimistic = scenario->server,
                      .pessimistic = scenario->server,
                      .largest_measured = {},
                      .description = "the server of scenario " + scenario->name,
                      .warnings = {}};
}

}  // namespace

Result<ServiceInput> ReadService(const std::string& path, const ServiceOptions& defaults) {
  if (path.ends_with(".json")) {
    return FromScenario(path);
  }
  const Result<std::string> text = scenarios::ReadTextFile(path, scenarios::kLargestTextFile);
  if (!text) {
    return text.error();
  }
  const Result<TimingsFile> timings = ParseTimings(*text, path);
  if (!timings) {
    return timings.error();
  }
  return FromTimings(*timings, path, defaults);
}

}  // namespace bench
