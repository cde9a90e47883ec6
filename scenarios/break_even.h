#pragma once

#include <cstddef>
#include <optional>

#include "batcher/base/time.h"
#include "scenarios/scenario.h"

namespace scenarios {

// When the last of n addresses that are asked for at time 0 has its answer, as expected of the
// service alone: nobody else calls, nothing fails, no window is waited for.
//
// One by one: address k leaves as soon as the client's rate limit lets it and one of c places is
// free, where c is the least of max_in_flight, max_connections and server.workers; it is answered
// after rtt and the mean time of a single call.
//
// In one batch: the submit leaves at once, and the batch is ready after its time, of which 1,000
// fixed draws stand for all, none longer than client.timeout. Where it is answered by its reply,
// the result is their mean. Where it is polled for, it is the mean over them of the first poll that
// comes when the batch is ready: polls come as the schedule says, for `expected` first at the time
// by which 4 draws in 5 are ready, none sooner than min_poll after the reply before, and each takes
// its turn of the rate limit.
//
// REQUIRES: addresses > 0.
[[nodiscard]] Duration AnsweredSingly(const Scenario& scenario, std::size_t addresses);
[[nodiscard]] Duration AnsweredInOneBatch(const Scenario& scenario, std::size_t addresses);

// The smallest number of addresses for which one batch is expected to be answered sooner than as
// many single calls; none: no batch of up to max_items, or 1,000, is.
[[nodiscard]] std::optional<std::size_t> BreakEven(const Scenario& scenario);

}  // namespace scenarios
