#include "scenarios/dump.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scenarios/load.h"

namespace scenarios {
namespace {

TEST(DumpScenarioTest, TheDefaultsReadBackToTheSameText) {
  const std::string text = DumpScenario(Scenario());
  const auto again = ParseScenario(text, "other.json");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(DumpScenario(*again), text);
}

TEST(DumpScenarioTest, WhatIsNotADefaultSurvives) {
  // A full scenario without a default among its values, as dumped.
  const std::string text = R"({
  "name": "n",
  "description": "d",
  "arrivals": {
    "kind": "trace",
    "file": "/t.csv",
    "speed": 2.5
  },
  "keys": {
    "kind": "zipf",
    "distinct": 7,
    "exponent": 0.5
  },
  "calls": {
    "deadline": "300ms",
    "cancel_after": "1.5s"
  },
  "batcher": {
    "policy": {
      "kind": "tick",
      "period": "50ms",
      "awaits": false,
      "phase": "1ms"
    },
    "single_below": 3,
    "max_items": 250,
    "max_bytes": 5000,
    "max_in_flight": null,
    "max_queued": 9,
    "overflow": "shed_oldest",
    "dedup": false,
    "join_in_flight": true
  },
  "client": {
    "poll": {
      "kind": "expected",
      "base": "80ms",
      "per_item": null
    },
    "retries": 0,
    "backoff": "1ms",
    "max_retry_after": "7s",
    "retry_budget": {
      "reserve": 4,
      "share": 0.5
    },
    "isolation_requests": 20,
    "timeout": "2m",
    "attempt_timeout": "3s",
    "max_connections": 5,
    "rate_limit": {
      "rate": "7/m",
      "burst": 2.5
    },
    "min_poll": "10ms",
    "max_credits": 12.5,
    "cost": {
      "per_request": "20us",
      "per_item": "80ns"
    },
    "rtt": "30ms",
    "timer_lag": "92.345us"
  },
  "server": {
    "single": {
      "kind": "lognormal",
      "median": "60ms",
      "p99": "250ms",
      "mean": null,
      "cv": null
    },
    "batch": {
      "base": {
        "kind": "exponential",
        "mean": "1.5s"
      },
      "per_item": "123us",
      "jitter": {
        "kind": "lognormal",
        "median": null,
        "p99": null,
        "mean": null,
        "cv": 0.2
      }
    },
    "batch_mode": "immediate",
    "workers": null,
    "rate_limit": {
      "rate": "5/s",
      "burst": 1,
      "counts_polls": false,
      "retry_after": "2s"
    },
    "quota": null,
    "unknown_id": 410,
    "empty_batch": 202,
    "faults": [
      {
        "kind": "status",
        "status": 502,
        "retry_after": "2s",
        "html": true,
        "on": [
          "submit",
          "poll"
        ],
        "rate": 0.25,
        "from": "5s",
        "for": "2s",
        "every": "30s"
      },
      {
        "kind": "lost_job",
        "rate": 0.5,
        "from": "1s",
        "for": null,
        "every": null
      }
    ]
  },
  "slo": [
    "latency.p99 <= 300ms",
    "requests_saved > -0.5"
  ],
  "seed": 9007199254740992
}
)";
  const auto scenario = ParseScenario(text, "s.json");
  ASSERT_TRUE(scenario) << scenario.error().message;
  EXPECT_EQ(DumpScenario(*scenario), text);
}

TEST(DumpScenarioTest, TextThatIsNotUtf8DoesNotThrow) {
  Scenario scenario;
  scenario.name = "a\xFF";
  EXPECT_TRUE(ParseScenario(DumpScenario(scenario), "s.json"));
}

}  // namespace
}  // namespace scenarios
