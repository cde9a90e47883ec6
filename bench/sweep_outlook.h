#pragma once

#include <stop_token>
#include <string>

#include "bench/sweep_run.h"

namespace bench {

// How long one run of the sweep takes: in virtual time one is tried, over HTTP its arrivals tell.
[[nodiscard]] batcher::Result<double> SecondsOfARun(const SweepPlan& plan,
                                                    const std::stop_token& stop);

// What is about to be done and how long it will take: "14 points x 10 seeds x 10,000 calls in
// virtual time: about 4 s".
[[nodiscard]] std::string OutlookLine(const SweepPlan& plan, Shard shard, const SweepWork& work,
                                      double seconds);

}  // namespace bench
