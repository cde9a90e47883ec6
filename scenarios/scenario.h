#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "batcher/base/kinds.h"
#include "batcher/base/time.h"
#include "batcher/core/options.h"
#include "mock_server/service_model.h"
#include "scenarios/threshold.h"

namespace scenarios {

using batcher::Choice;
using batcher::Duration;
using batcher::Instant;

// How long callers wait, each from the time of its call. None: for ever.
struct CallRules {
  std::optional<Duration> deadline;
  std::optional<Duration> cancel_after;
};

// `rule` after `at`; kNever: there is none.
constexpr Instant After(const std::optional<Duration>& rule, Instant at) {
  return rule ? at + *rule : batcher::kNever;
}

// What is put to work in a run: who calls and when, the batcher, the wire, the service, and what is
// demanded of the result. A plain value; read from a file by LoadScenario, written by DumpScenario.
struct Scenario {
  std::string name = "scenario";
  std::string description;  // what the scenario shows

  Choice arrivals = DefaultArrivals();  // see ArrivalKinds
  Choice keys = DefaultKeys();          // see KeyKinds

  CallRules calls;
  batcher::QueueOptions batcher;
  batcher::WireOptions client;
  // There and back, added to each HTTP request. Virtual time only: over HTTP the network takes its
  // own.
  Duration rtt{0};
  // How late a sleeping thread wakes: the batcher's for a timer, who calls, and the mock's from a
  // modelled delay. Virtual time only: in real time the machine takes its own.
  Duration timer_lag{0};
  mock_server::ServiceOptions server;

  std::vector<Threshold> slo;  // all of them must hold
  std::uint64_t seed = 1;

  static Choice DefaultArrivals();  // poisson at 200/s, 1,000 calls
  static Choice DefaultKeys();      // sequential
};

}  // namespace scenarios
