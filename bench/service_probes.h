#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "batcher/runtime/observer.h"
#include "results/lib/interval.h"

namespace bench {

// What a probe asks for.
struct ProbeShape {
  bool batch = false;    // false: a single call, through the single endpoint
  std::size_t size = 1;  // addresses
};

// A probe with all that became of it.
struct SentProbe {
  ProbeShape shape = {};
  batcher::Outcome outcome = batcher::Outcome::kShutDown;
  std::string message = {};  // why it failed
  double credits = 0;
  std::vector<batcher::RequestRecord> requests = {};  // in the order of their replies
  bool warm_up = false;                               // opens the way; tells nothing
};

// When the answer to a probe was ready, counted from when the service had the request.
struct ReadyTime {
  bool pending = false;         // it was polled for
  std::size_t polls = 0;        // that it took
  batcher::Instant sent{};      // the request that was answered, or accepted
  batcher::Instant replied{};   // the answer was here
  batcher::Duration after{0};   // it was not ready yet; 0: the first poll found it done
  batcher::Duration before{0};  // it was ready; at least `after`, above 0
};

// There and back: the median of how long polls that found their batch pending took, with its
// interval, in milliseconds. None without any: a service that answers batches at once does not tell
// its own time from that of the way.
[[nodiscard]] std::optional<results::Interval> RoundTripOf(std::span<const SentProbe> probes);

// The service has a request half a round trip after it was sent. A poll that finds its batch
// pending was looked at in the middle of its exchange. One that brings the answer may take longer
// for it, and was looked at half a round trip after it was sent. What is answered at once was ready
// a round trip before its reply has come. Of several attempts the last counts. None: not answered.
[[nodiscard]] std::optional<ReadyTime> ReadyTimeOf(const SentProbe& probe,
                                                   batcher::Duration round_trip);

}  // namespace bench
