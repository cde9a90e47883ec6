#pragma once

#include <cstddef>
#include <functional>

namespace results {

// Closed forms of queues without batches: each call is served by itself, first come, first served.
// Times in seconds, rates per second; waits run from the submit to the start of the service. All
// REQUIRE: rate > 0, service > 0, and a load (rate x service / slots) below 1.

// What is known of a queue in the long run.
struct QueueForm {
  double share_waiting = 0;  // of the calls
  double mean_wait = 0;
  // The share of the calls that wait at most so long; none: it is not known.
  std::function<double(double)> wait_up_to = {};
  // ... whose wait and service together take at most so long.
  std::function<double(double)> latency_up_to = {};
};

// M/M/c: Poisson arrivals, exponential service of that mean, `slots` at once (latency_up_to: none
// unless there is one slot). Source: Erlang (1917); Kleinrock, Queueing Systems I (1975), 3.5.
[[nodiscard]] QueueForm MarkovQueue(double rate, double service, std::size_t slots);

// M/G/1: Poisson arrivals, service of that mean and coefficient of variation. Only the share
// waiting and the mean wait are known. Source: Pollaczek (1930), Khinchine (1932).
[[nodiscard]] QueueForm GeneralQueue(double rate, double service, double cv);

// M/D/1: Poisson arrivals, constant service. Source of the law, whose terms are all positive:
// Franx, A simple solution for the M/D/c waiting time distribution, OR Letters 29 (2001).
[[nodiscard]] QueueForm ConstantServiceQueue(double rate, double service);

// D/M/1: a call each 1 / rate, exponential service. Source: Kleinrock (1975), 6.4.
[[nodiscard]] QueueForm RegularQueue(double rate, double service);

}  // namespace results
