// Goal: right in the field. What tune prints of one stretch of traffic holds for the next.
// Method: synthetic traffic that is not stationary (clusters, heavy-tailed gaps, hours of a day,
// bursts and pauses in turn), cut into seven segments of equal time. From each of the first six the
// interval of a window is made, as tune makes it of a log; the following segment is put to work
// under the same window, and what it realises is looked up in the interval.

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "bench/simulate.h"
#include "results/lib/stretch.h"
#include "results/lib/summary.h"
#include "scenarios/load.h"
#include "scenarios/recorded.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Instant;

constexpr std::size_t kSegments = 7;

// The times of the arrivals, cut into segments that each count from their own start.
std::vector<std::vector<Instant>> Segments(const scenarios::Scenario& scenario) {
  auto stream = scenarios::OpenArrivals(scenario);
  std::vector<Instant> times;
  while (const auto arrival = stream->Next()) {
    times.push_back(arrival->at);
  }
  const Duration length = times.back().time_since_epoch() / kSegments + Duration(1);
  std::vector<std::vector<Instant>> segments(kSegments);
  for (const Instant at : times) {
    const auto segment = static_cast<std::size_t>(at.time_since_epoch() / length);
    segments[segment].push_back(at - length * static_cast<Duration::rep>(segment));
  }
  return segments;
}

results::Ledger PutToWork(const scenarios::Scenario& scenario, const std::vector<Instant>& times) {
  const RecordedCalls calls{
      .arrivals = scenarios::RecordedArrivals(std::make_shared<const std::vector<Instant>>(times)),
      .keys = *scenarios::OpenKeys(scenario)};
  return Simulate(scenario, {}, &calls)->ledger;
}

struct Traffic {
  const char* name;
  const char* arrivals;
};
constexpr std::array<Traffic, 5> kTraffic = {{
    {"clusters",
     R"({"kind": "on_off", "rate_on": "300/s", "rate_off": "5/s", "mean_on": "400ms", "mean_off": "2s", "for": "1400s"})"},
    {"slow clusters",
     R"({"kind": "on_off", "rate_on": "60/s", "rate_off": "10/s", "mean_on": "5s", "mean_off": "10s", "for": "4200s"})"},
    {"heavy tails", R"({"kind": "pareto", "mean_gap": "20ms", "alpha": 1.6, "count": 70000})"},
    {"days",
     R"({"kind": "diurnal", "mean": "40/s", "amplitude": 0.9, "period": "100s", "for": "4200s"})"},
    {"in turn", R"({"kind": "mix", "parts": [)"},  // completed below
}};

// Bursts, quiet times and rushes in an order that does not repeat.
std::string InTurn() {
  std::string parts;
  for (int i = 0; i < 98; ++i) {
    const std::array<std::string, 3> kinds = {
        R"({"kind": "burst", "size": 60, "spread": "1s", "every": "3s", "count": 3})",
        R"({"kind": "poisson", "rate": "15/s", "for": "12s"})",
        R"({"kind": "poisson", "rate": "150/s", "for": "3s"})"};
    parts += (i == 0 ? "" : ", ") + kinds[static_cast<std::size_t>(i * i / 3 + i) % kinds.size()];
  }
  return R"({"kind": "mix", "parts": [)" + parts + "]}";
}

TEST(TuneFieldTest, WhatIsPrintedOfOneStretchHoldsForTheNextInNineCasesOfTen) {
  int cases = 0;
  int saved_held = 0;
  int latency_held = 0;
  for (const Traffic& traffic : kTraffic) {
    const std::string arrivals =
        std::string(traffic.name) == "in turn" ? InTurn() : traffic.arrivals;
    const auto scenario = scenarios::ParseScenario(
        R"({"arrivals": )" + arrivals +
            R"(, "batcher": {"policy": {"kind": "window", "window": "60ms"}},
            "server": {"batch": {"base": "80ms", "per_item": "0.5ms", "jitter": {"kind": "lognormal", "cv": 0.2}}}})",
        traffic.name);
    ASSERT_TRUE(scenario) << scenario.error().message;
    const auto segments = Segments(*scenario);
    for (std::size_t i = 0; i + 1 < kSegments; ++i) {
      const auto told = results::StretchOf(PutToWork(*scenario, segments[i]), 0.99);
      ASSERT_TRUE(told && told->quantile_ms);
      const results::Summary next = results::Summarise(PutToWork(*scenario, segments[i + 1]), {});
      const double p99 = batcher::ToMilliseconds(next.latency.p99);
      const bool saved = told->requests_saved.low <= *next.requests_saved &&
                         *next.requests_saved <= told->requests_saved.high;
      const bool latency = told->quantile_ms->low <= p99 && p99 <= told->quantile_ms->high;
      ++cases;
      saved_held += saved ? 1 : 0;
      latency_held += latency ? 1 : 0;
      if (!saved || !latency) {
        std::printf(
            "%s %zu: saved %.3f in [%.3f, %.3f]%s, p99 %.1f in [%.1f, %.1f]%s; blocks %d of %s\n",
            traffic.name, i, *next.requests_saved, told->requests_saved.low,
            told->requests_saved.high, saved ? "" : " MISSED", p99, told->quantile_ms->low,
            told->quantile_ms->high, latency ? "" : " MISSED", static_cast<int>(told->blocks),
            batcher::FormatDuration(told->block).c_str());
      }
    }
  }
  std::printf("saved held in %d of %d, p99 in %d\n", saved_held, cases, latency_held);
  EXPECT_EQ(cases, 30);
  EXPECT_GE(saved_held, 27);
  EXPECT_GE(latency_held, 27);
}

}  // namespace
}  // namespace bench
